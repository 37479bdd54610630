// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;

namespace Runcs.Integration;

/// <summary>The flags shared by <c>create</c>, <c>run</c> and <c>exec</c> mean the same in all three.</summary>
public sealed class ProcessFlagTests : IDisposable
{
    private readonly Container _container = new();

    public ProcessFlagTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    public static TheoryData<string> Verbs => ["create", "run", "exec"];

    public void Dispose() => _container.Dispose();

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_pid_file_appears_whole_and_the_pidfd_is_of_the_same_process(string verb)
    {
        string file = _container.Path("pid");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_container.Path("s")));
        listener.Listen();
        File.WriteAllText(file, "of another time, and longer");
        string[] invocation = Prepare(verb, detached: true, terminal: false, "sleep 100", "--pid-file", file, "--pidfd-socket", _container.Path("s"));
        // A reader with the old file open never sees part of the new one, which has replaced it.
        using FileStream old = File.OpenRead(file);
        _container.Runtime.Run(invocation).Ok();
        Assert.Equal("of another time, and longer", new StreamReader(old).ReadToEnd());
        string text = File.ReadAllText(file);
        Assert.Equal(int.Parse(text).ToString(), text);
        Assert.Equal([file], Directory.GetFiles(_container.Path(""), "*pid*"));

        using Socket connection = listener.Accept();
        byte[] payload = new byte[64];
        Assert.False(Native.UnixSockets.TryReceiveFd((int)connection.Handle, payload, out int count, out Native.Fd? pidfd).IsError);
        using (pidfd)
        {
            Assert.Equal(verb == "exec" ? "setns" : "standard", System.Text.Encoding.ASCII.GetString(payload, 0, count));
            Assert.Contains($"\nPid:\t{text}\n", File.ReadAllText($"/proc/self/fdinfo/{pidfd!.Value}"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_socket_or_a_pid_file_that_is_not_to_be_had_is_a_failure_and_nothing_runs_on(string verb)
    {
        foreach ((string flag, string call) in (ReadOnlySpan<(string, string)>)[("--pidfd-socket", "connect"), ("--pid-file", "openat")])
        {
            string[] invocation = Prepare(verb, detached: true, terminal: false, "sleep 100", flag, _container.Path("no/such/place"));
            string error = _container.Runtime.Run(invocation).Fails().Stderr;
            Assert.Contains(call, error, StringComparison.Ordinal);
            Assert.Contains("no/such", error, StringComparison.Ordinal);
            AssertNothingWasAdded(verb);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_kept_descriptor_can_be_read_and_a_missing_one_is_refused(string verb)
    {
        File.WriteAllText(_container.Path("three"), "third");
        string[] invocation = Prepare(verb, detached: true, terminal: false, "cat <&3; echo end; exec sleep 100", "--preserve-fds=2");
        _container.Runtime.Tracer = ["bash", "-c", $"exec \"$@\" 3<'{_container.Path("three")}' 4<&-", "bash"];
        Assert.Contains("--preserve-fds: descriptor 4 is not open", _container.Runtime.Run(invocation).Fails().Stderr, StringComparison.Ordinal);
        AssertNothingWasAdded(verb);
        _container.Runtime.Tracer = ["bash", "-c", $"exec \"$@\" 3<'{_container.Path("three")}' 4</dev/null 5</ >'{_container.Path("read")}'", "bash"];
        _container.Runtime.Run(invocation).Ok();
        _container.Runtime.Tracer = [];
        if (verb == "create") _container.Start().Ok();
        Eventually.True(() => File.ReadAllText(_container.Path("read")) == "thirdend\n", () => File.ReadAllText(_container.Path("read")));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_console_socket_is_for_a_terminal_in_the_background(string verb)
    {
        const string Needed = "cannot allocate tty if runc will detach without setting console socket", Unused = "cannot use console socket if runc will not detach or allocate tty";
        string socket = _container.Path("s");
        Refuses(Needed, detached: true, terminal: true);
        Refuses(Unused, detached: true, terminal: false, "--console-socket", socket);
        if (verb == "create") return;
        Refuses(Unused, detached: false, terminal: true, "--console-socket", socket);
        Refuses(Unused, detached: false, terminal: false, "--console-socket", socket);

        void Refuses(string words, bool detached, bool terminal, params string[] flags)
        {
            string[] invocation = Prepare(verb, detached, terminal, "sleep 100", flags);
            Assert.Contains(words, _container.Runtime.Run(invocation).Fails().Stderr, StringComparison.Ordinal);
            AssertNothingWasAdded(verb);
        }
    }

    // The command line of a verb whose program is a script; for exec, with a container to add it to.
    private string[] Prepare(string verb, bool detached, bool terminal, string script, params string[] flags)
    {
        string[] detach = detached && verb != "create" ? ["--detach"] : [];
        if (verb != "exec")
        {
            _container.Bundle.Process["terminal"] = terminal;
            _container.Bundle.Shell(script).Write();
            return [verb, .. detach, .. flags, "--bundle", _container.Bundle.Directory, _container.Id];
        }
        if (!Directory.Exists(Path.Combine(_container.Runtime.Root, _container.Id)))
        {
            _container.Bundle.Args("/bin/sleep", "1000");
            _container.Up();
        }
        return ["exec", .. detach, .. terminal ? (string[])["--tty"] : [], .. flags, _container.Id, "sh", "-c", script];
    }

    private void AssertNothingWasAdded(string verb)
    {
        if (verb != "exec") Leftovers.AssertNone(_container);
        else Eventually.True(() => Leftovers.Processes(_container.Id).SequenceEqual([_container.Pid]), "the container has its first process alone");
    }
}
