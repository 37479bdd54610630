// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A container of <c>run --supervise</c>, and the commands for it.</summary>
internal static class Kept
{
    /// <summary>Starts it with this script.</summary>
    public static Container Supervise(string script, params string[] options) => Supervise(terminal: false, script, options);

    public static Container Supervise(bool terminal, string script, params string[] options)
    {
        Requires.Root();
        Requires.Runcs();
        Container container = new();
        container.Bundle.Shell(script).Process["terminal"] = terminal;
        container.Run(["--supervise", .. options]).Ok();
        return container;
    }

    public static JsonNode Keeper(this Container container) => container.State()["keeper"]!;

    /// <summary>The keeper's pid while it lives.</summary>
    public static int KeeperPid(this Container container) => (int)container.Keeper()["pid"]!;

    public static Result Wait(this Container container) => container.Runtime.Run("wait", container.Id);

    public static Result Logs(this Container container, params string[] options) => container.Runtime.Run(["logs", .. options, container.Id]);

    public static RunningCommand Attach(this Container container, params string[] options) => container.Runtime.Start(["attach", .. options, container.Id]);

    /// <summary>Waits until the log has the text.</summary>
    public static void WaitForLog(this Container container, string text) =>
        Eventually.True(() => container.Logs().Stdout.Contains(text, StringComparison.Ordinal), () => $"no \"{text}\" in the log: {container.Logs()}");

    public static void WaitForEnd(int pid) => Eventually.True(() => !IsAlive(pid), () => $"process {pid} lives: {File.ReadAllText($"/proc/{pid}/status")}");

    /// <summary>It exists and is no zombie.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
