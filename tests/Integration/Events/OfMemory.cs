// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Programs that exceed a memory limit.</summary>
internal static class OfMemory
{
    private const string Take = "while ! [ -e /shared/go ]; do sleep 0.01; done; ", Much = "dd if=/dev/zero of=/dev/null bs=64M count=1";

    public static void IsAnEvent()
    {
        using Container container = Up(Take + Much + "; echo > /shared/killed; exec sleep 100");
        using RunningCommand events = container.Runtime.Start("events", "--interval", "1h", container.Id);
        Begin(container, events);
        events.WaitForStdout("\n");
        Assert.Equal("{\"type\":\"oom\",\"id\":\"" + container.Id + "\"}", events.Stdout.Split('\n')[0]);
        Assert.Equal("running", container.Status);
    }

    public static void IsToldBeforeTheEnd()
    {
        using Container container = Up(Take + "exec " + Much);
        using RunningCommand events = container.Runtime.Start("events", "--interval", "1h", container.Id);
        Begin(container, events);
        Assert.Equal("{\"type\":\"oom\",\"id\":\"" + container.Id + "\"}\n", events.Wait(Patience.Seconds(30)).Ok().Stdout);
    }

    // Once it waits for events.
    private static void Begin(Container container, RunningCommand events)
    {
        Eventually.True(() => Directory.GetFiles($"/proc/{events.Pid}/fd").Any(fd => new FileInfo(fd).LinkTarget is { } target && (target.Contains("eventfd", StringComparison.Ordinal) || target.Contains("inotify", StringComparison.Ordinal))), "it watches");
        Thread.Sleep(20);
        File.WriteAllText(container.Path("shared/go"), "");
    }

    private static Container Up(string script)
    {
        Container container = new();
        container.Bundle.Mount("/shared", "bind", Directory.CreateDirectory(container.Path("shared")).FullName, "bind").Shell(script);
        container.Bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 32 << 20, ["swap"] = 32 << 20 };
        return container.Up();
    }
}
