// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Runcs.Native;

namespace Runcs.Integration;

/// <summary><c>exec</c> with a terminal, in the foreground and by a console socket.</summary>
public sealed class ExecTerminalTests : IDisposable
{
    private readonly Container _container;

    public ExecTerminalTests()
    {
        Requires.Root();
        _container = new();
        _container.Bundle.Env("PS1", "prompt> ").Args("/bin/sleep", "1000");
        _container.Up();
    }

    public void Dispose() => _container.Dispose();

    [Fact]
    [OnAnyRuntime]
    public void A_user_works_in_a_shell()
    {
        using TerminalUser user = new(_container.Runtime.CommandLine("exec", "-t", _container.Id, "sh"));
        user.See("prompt> ").Type("tty; stty size\r");
        user.See("/dev/pts/0").See("33 101").See("prompt> ");
        Assert.NotEqual(user.OriginalModes, user.Modes);
        user.Type("sleep 12345; echo not-\"reached\"\r");
        Eventually.True(() => TerminalTests.IsRunning("sleep 12345"), "sleep runs");
        user.Type("\x03");
        user.See("^C").See("prompt> ");
        user.Resize(44, 55);
        user.Type("sleep 0.2; stty size\r");
        user.See("44 55").See("prompt> ").Type("exit 42\r");
        Assert.Equal(42, user.Wait());
        Assert.Equal(user.OriginalModes, user.Modes);
    }

    [Fact]
    [OnAnyRuntime]
    public void The_configs_terminal_is_not_that_of_exec()
    {
        Assert.Equal("not a tty\n", _container.Exec("tty").Exits(1).Stdout);
    }

    [Fact]
    [OnAnyRuntime]
    public void A_failure_gives_the_terminal_back()
    {
        using TerminalUser user = new(_container.Runtime.CommandLine("exec", "-t", _container.Id, "/no/such/program"));
        Assert.Equal(255, user.Wait());
        Assert.Equal(user.OriginalModes, user.Modes);
    }

    [Fact]
    [OnAnyRuntime]
    public void The_terminal_is_the_users_and_the_programs_controlling_one()
    {
        using TerminalUser user = new(_container.Runtime.CommandLine("exec", "-t", "--user", "1000", _container.Id, "sh", "-c", "stat -c %u /dev/pts/0; echo mine > /dev/tty; ls /proc/self/fd | tr '\\n' ' '; exit 3"));
        user.See("1000").See("mine").See("0 1 2 3 ");
        Assert.Equal(3, user.Wait());
    }

    [Theory]
    [OnAnyRuntime]
    [InlineData(false)]
    [InlineData(true)]
    public void The_master_comes_through_the_console_socket(bool users)
    {
        using Container container = users ? UserMaps.NewContainer() : new();
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(container.Path("s")));
        listener.Listen();
        JsonObject process = ExecTests.Program("/bin/sh", "-c", "stty size; read line; echo \"got $line\"; echo again >/dev/tty");
        process["terminal"] = true;
        process["consoleSize"] = new JsonObject { ["height"] = 12, ["width"] = 34 };
        process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        process["env"] = new JsonArray("PATH=/bin");
        File.WriteAllText(container.Path("process.json"), process.ToJsonString());
        container.Runtime.Run("exec", "--detach", "--process", container.Path("process.json"), "--console-socket", container.Path("s"), "--pid-file", container.Path("pid"), container.Id).Ok();
        using Socket connection = listener.Accept();
        byte[] payload = new byte[256];
        Assert.False(UnixSockets.TryReceiveFd((int)connection.Handle, payload, out int count, out Fd? master).IsError);
        using (master)
        {
            Assert.True(count > 0);
            Files.WriteAll(master!.Value, "hello\n"u8, "master");
            StringBuilder screen = new();
            while (!Files.TryRead(master.Value, payload, out count).IsError && count > 0) screen.Append(Encoding.UTF8.GetString(payload, 0, count));
            foreach (string seen in (string[])["12 34\r\n", "got hello\r\n", "again\r\n"]) Assert.Contains(seen, screen.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_root_without_a_devpts_is_refused()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Mounts.Remove(container.Bundle.Mounts.First(mount => (string?)mount!["type"] == "devpts"));
        container.Bundle.Args("/bin/sleep", "1000");
        container.Up();
        Assert.Contains("process.terminal: a terminal needs a mount of type devpts", container.Runtime.Run("exec", "-t", container.Id, "true").Exits(255).Stderr, StringComparison.Ordinal);
    }
}
