// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// The kernel reports a missing interpreter as if the program itself were missing (execve(2)): the message names the
/// interpreter.
/// </summary>
public class ProgramRemedyTests
{
    private const string NoDirectory = "no such file or directory (ENOENT)";

    public ProgramRemedyTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Theory]
    [InlineData("#!/bin/bash -e\n", "no such file or directory: its interpreter \"/bin/bash\" is missing")]
    [InlineData("#! /nowhere/env sh\n", "no such file or directory: its interpreter \"/nowhere/env\" is missing")]
    [InlineData("#!/bin/sh\r\n", "no such file or directory: its interpreter \"/bin/sh\\r\" is missing, since the first line ends with a carriage return")]
    [InlineData("echo\n", "exec format error: it is neither a program for this machine nor a script that begins with #!")]
    public void Of_a_program_without_its_interpreter(string script, string reason)
    {
        using Container container = new();
        foreach (string name in (string[])["script", "/bin/script"])
        {
            container.Bundle.Put("/bin/script", script, executable: true);
            container.Bundle.Args(name);
            string message = $"unable to start container process: exec: \"{name}\": {reason}";
            Assert.Equal(message, ErrorMessage.Of(container.Run()));
            container.Create().Ok();
            Assert.Equal(message, ErrorMessage.Of(container.Start()));
            container.Delete("--force").Ok();
            container.Bundle.Args("/bin/sleep", "100");
            container.Up();
            Assert.EndsWith($"msg={LogLine("exec failed: " + message)}\n", container.Exec(name).Exits(255).Stderr, StringComparison.Ordinal);
            container.Delete("--force").Ok();
        }
    }

    [Fact]
    public void Of_a_dynamic_program_without_its_linker()
    {
        using Container container = new();
        File.Copy("/proc/self/exe", Path.Combine(container.Bundle.Rootfs, "bin/dynamic"));
        container.Bundle.Args("dynamic");
        Assert.Matches("^unable to start container process: exec: \"dynamic\": no such file or directory: its interpreter \"/lib.*/ld-linux.*\" is missing$", ErrorMessage.Of(container.Run()));
    }

    [Theory]
    [InlineData("createRuntime", "BUNDLE/rootfs/bin/hook")]
    [InlineData("createContainer", "BUNDLE/rootfs/bin/hook")]
    [InlineData("startContainer", "/bin/hook")]
    public void Of_a_hook_without_its_interpreter(string kind, string path)
    {
        using Container container = new();
        container.Bundle.Put("/bin/hook", "#!/nowhere/sh\n", executable: true);
        path = path.Replace("BUNDLE", container.Bundle.Directory, StringComparison.Ordinal);
        container.Bundle.Config["hooks"] = new JsonObject { [kind] = new JsonArray(new JsonObject { ["path"] = path }) };
        Assert.Equal($"error running {kind} hook #0: execve(2) on \"{path}\": {NoDirectory}: its interpreter \"/nowhere/sh\" is missing", ErrorMessage.Of(container.Run()));
    }

    private static string LogLine(string message) => $"\"{message.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
