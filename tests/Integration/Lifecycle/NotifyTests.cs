// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text;

namespace Runcs.Integration;

/// <summary>NOTIFY_SOCKET: the program notifies a service manager that it is ready (sd_notify(3)).</summary>
public class NotifyTests
{
    public NotifyTests()
    {
        Requires.Root();
        Requires.Program("systemd-notify");
    }

    [Fact]
    public void Readiness_of_a_foreground_program_is_reported_with_the_runtimes_pid()
    {
        using Container container = New("systemd-notify --status=not-this; systemd-notify --ready; sleep 100");
        using Manager manager = new(container);
        using RunningCommand run = container.StartRun();
        manager.Wait("READY=1", $"MAINPID={Runtime(run)}", "BARRIER=1");
        container.Kill("KILL").Ok();
        run.Wait();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Readiness_of_a_background_program_is_reported_with_its_own_pid(bool isAbstract)
    {
        // Otherwise it would hold our standard streams open.
        using Container container = New("exec > /dev/null 2>&1; systemd-notify --ready; sleep 100");
        using Manager manager = new(container, isAbstract);
        using RunningCommand run = container.StartRun("--detach");
        manager.Wait("READY=1", null, "BARRIER=1");
        run.Wait().Ok();
        Assert.Equal($"MAINPID={container.Pid}", manager.Told[1]);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Start_waits_until_the_program_is_ready()
    {
        using Container container = New("until [ -e /tmp/go ]; do sleep 0.02; done; systemd-notify --ready; sleep 100");
        using Manager manager = new(container);
        container.Create().Ok();
        using RunningCommand start = container.Runtime.Start("start", container.Id);
        container.WaitForStatus("running");
        Assert.False(start.HasExited);
        // It does not block other processes.
        container.Kill("CONT").Ok();
        Assert.Empty(manager.Told);
        container.Bundle.Put("tmp/go", "");
        manager.Wait("READY=1", $"MAINPID={container.Pid}", "BARRIER=1");
        start.Wait().Ok();
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_program_that_ends_without_a_message_ends_the_wait()
    {
        using Container container = New("exit 0");
        using Manager manager = new(container);
        container.Create().Ok();
        container.Start().Ok();
        Assert.Empty(manager.Told);
    }

    [Fact]
    public void A_signal_ends_the_wait_of_a_run_in_the_background_and_the_container_stays()
    {
        Requires.That(RuntimeUnderTest.IsRuncs, "runc 1.1 takes the signal for the program's and waits on");
        using Container container = New("exec > /dev/null 2>&1; systemd-notify --status=not-yet; touch /tmp/told; sleep 100");
        container.Bundle.Config["root"]!["readonly"] = false;
        using Manager manager = new(container);
        using RunningCommand run = container.StartRun("--detach");
        // systemd-notify returns when its message has been read, which the waiting process does.
        Eventually.True(() => File.Exists(Path.Combine(container.Bundle.Rootfs, "tmp/told")), "the program is listened to");
        run.Signal(15);
        Assert.Contains("interrupted by a signal", run.Wait().Fails().Stderr, StringComparison.Ordinal);
        Assert.Equal("running", container.Status);
        Assert.Empty(manager.Told);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_socket_is_there_for_users_and_nothing_else_can_be_done_with_it()
    {
        using Container container = New("echo $NOTIFY_SOCKET; grep -c ' /run/notify ' /proc/self/mountinfo; grep ' /run/notify ' /proc/self/mountinfo | cut -d' ' -f6 | cut -d, -f1-4; systemd-notify --ready; sleep 100");
        container.Bundle.Process["user"]!["uid"] = 1000;
        // The last value wins.
        container.Bundle.Env("NOTIFY_SOCKET", "/elsewhere");
        using Manager manager = new(container);
        using RunningCommand run = container.StartRun();
        manager.Wait("READY=1", $"MAINPID={Runtime(run)}", "BARRIER=1");
        Assert.StartsWith("/run/notify/notify.sock\n1\nro,nosuid,nodev,noexec\n", run.Stdout, StringComparison.Ordinal);
        container.Kill("KILL").Ok();
        run.Wait();
    }

    [Fact]
    public void A_start_whose_create_knew_of_no_manager_starts()
    {
        Requires.Runcs();
        using Container container = New("exit 0");
        container.Create().Ok();
        using Manager manager = new(container);
        container.Start().Ok();
        Assert.Empty(manager.Told);
    }

    [Fact]
    [InSystemdGuest]
    public void A_container_is_a_service_that_systemd_waits_for()
    {
        Requires.Systemd();
        using Container container = New("exec > /dev/null 2>&1; systemd-notify --ready; sleep 100");
        container.Bundle.Write();
        string unit = $"test-{container.Id}.service";
        Command.Run(["systemd-run", "--quiet", "--service-type=notify", "--unit", unit, .. container.Runtime.CommandLine("run", "--detach", "--bundle", container.Bundle.Directory, container.Id)]).Ok();
        Assert.Equal($"{container.Pid}\nactive\n", Command.Run("systemctl", "show", "-P", "MainPID,ActiveState", unit).Ok().Stdout);
        Command.Run("systemctl", "stop", unit).Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    // The machine's systemd-notify, in a root file system with the machine's /usr.
    private static Container New(string script)
    {
        Container container = new();
        container.Bundle.Mount("/usr", "bind", "/usr", "rbind", "ro");
        foreach (string name in (string[])["lib", "lib64"])
            if (Directory.Exists("/" + name)) File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, name), "usr/" + name);
        container.Bundle.Shell("PATH=$PATH:/usr/bin; " + script);
        return container;
    }

    // The wrapper that sets the variable execs the runtime, so it is the same process.
    private static int Runtime(RunningCommand run) => run.Pid;

    /// <summary>A service manager: the socket, and a thread that reads it.</summary>
    private sealed class Manager : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly List<string> _told = [];

        public Manager(Container container, bool isAbstract = false)
        {
            string path = container.Path("manager");
            _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0runcs-test-" + container.Id : path));
            _socket.Blocking = false;
            container.Runtime.Tracer = ["env", "NOTIFY_SOCKET=" + (isAbstract ? "@runcs-test-" + container.Id : path)];
        }

        public string[] Told
        {
            get
            {
                byte[] buffer = new byte[4096];
                while (_socket.Poll(0, SelectMode.SelectRead))
                    // The test does not take the descriptor that was sent along, so it is closed: this releases the
                    // barrier.
                    _told.AddRange(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
                return [.. _told];
            }
        }

        /// <param name="lines">Null for any line.</param>
        public void Wait(params string?[] lines)
        {
            Eventually.True(() => Told.Length >= lines.Length, () => string.Join(' ', Told));
            Assert.Equal(lines, Told.Select((line, i) => i < lines.Length && lines[i] == null ? null : line));
        }

        public void Dispose() => _socket.Dispose();
    }
}
