// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>The standard streams: FIFOs, files and terminals, of a container's first process and of an added one.</summary>
public sealed class ShimStreamTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    public static TheoryData<bool> Both { get; } = [false, true];

    [Theory]
    [MemberData(nameof(Both))]
    public void Output_and_errors_come_through_fifos(bool exec)
    {
        ShimTask task = _shim.Add("x");
        (FifoReader output, FifoReader errors) = (task.Read("stdout"), task.Read("stderr"));
        Run(task, exec, "echo hello; echo oops >&2; dd if=/dev/zero bs=64k count=100 2> /dev/null; exit 6", "", output.Path, errors.Path);
        Assert.Equal("oops\n", errors.ToEnd());
        Assert.StartsWith("hello\n\0", output.ToEnd(), StringComparison.Ordinal);
        Assert.Equal(6 + (100 << 16), output.Length);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Output_and_errors_are_appended_to_a_file(bool exec)
    {
        ShimTask task = _shim.Add("x");
        string file = _shim.Path("deep/er/log \u00e9\U0001f433 1");
        string uri = $"file://{file.Replace(" ", "%20", StringComparison.Ordinal)}";
        Run(task, exec, "echo hello; sleep 0.2; echo oops >&2; exit 6", "", uri, uri);
        Assert.Equal("hello\noops\n", File.ReadAllText(file));
        // A plain path may be a file too.
        ShimTask other = _shim.Add("x");
        Run(other, exec, "echo more; exit 6", "", file, "");
        Assert.Equal("hello\noops\nmore\n", File.ReadAllText(file));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Input_ends_when_the_client_closes_it(bool exec)
    {
        ShimTask task = _shim.Add("x");
        (FifoReader output, string input) = (task.Read("stdout"), task.MakeFifo("stdin"));
        string id = Begin(task, exec, "cat; echo end; exit 6", input, output.Path, "");
        using (FileStream writer = Write(input))
        {
            writer.Write("one\n"u8);
            output.WaitFor("one\n");
        }
        // A client that goes away does not end it, nor does its successor.
        using (FileStream writer = Write(input)) writer.Write("two\n"u8);
        output.WaitFor("two\n");
        Assert.Equal(Oracle.Task.Status.Running, task.State(id).Status);
        using (FileStream writer = Write(input))
        {
            writer.Write("three\n"u8);
            _shim.Client.Call<Empty>("CloseIO", new CloseIORequest { Id = task.Id, ExecId = id, Stdin = true });
            writer.Write("four\n"u8);
            output.WaitFor("four\n");
        }
        Assert.Equal(6, task.Wait(id));
        task.Delete(id);
        Assert.Equal("one\ntwo\nthree\nfour\nend\n", output.ToEnd());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_terminal_has_its_size_and_what_is_typed(bool exec)
    {
        ShimTask task = _shim.Add("x");
        (FifoReader output, string input) = (task.Read("stdout"), task.MakeFifo("stdin"));
        string id = Begin(task, exec, "tty; read line; echo \"<$line>\"; until test \"$(stty size)\" = '33 101'; do sleep 0.05; done; echo sized; trap 'exit 9' INT; while :; do sleep 0.05; done", input, output.Path, "", terminal: true);
        output.WaitFor("/dev/");
        using FileStream writer = Write(input);
        writer.Write("typed\r"u8);
        output.WaitFor("<typed>");
        _shim.Client.Call<Empty>("ResizePty", new ResizePtyRequest { Id = task.Id, ExecId = id, Width = 101, Height = 33 });
        output.WaitFor("sized");
        Assert.True(task.State(id).Terminal);
        writer.Write("\u0003"u8);
        Assert.Equal(9, task.Wait(id));
        task.Delete(id);
        output.ToEnd();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_terminals_output_goes_to_a_file(bool exec)
    {
        ShimTask task = _shim.Add("x");
        Run(task, exec, "test -t 0 && test -t 1 && echo hello; exit 6", "", $"file://{_shim.Path("log")}", "", terminal: true);
        Assert.Equal("hello\r\n", File.ReadAllText(_shim.Path("log")));
    }

    [Fact]
    public void Without_streams_a_process_has_dev_null()
    {
        ShimTask task = _shim.Add("for i in 0 1 2; do readlink /proc/self/fd/$i; done > /links; cat; exit 6").Up();
        Assert.Equal(6, task.Wait());
        Assert.All(File.ReadAllLines($"{task.Bundle.Rootfs}/links").Where((_, at) => at != 1), link => Assert.Equal("/dev/null", link));
        task.Delete();
    }

    [Fact]
    public void Pipes_belong_to_the_owner_of_the_options()
    {
        ShimTask task = _shim.Add("echo reopened > /dev/stdout; echo oops > /dev/stderr");
        task.Bundle.Process["user"]!["uid"] = 1000;
        task.Bundle.Process["user"]!["gid"] = 1000;
        (FifoReader output, FifoReader errors) = (task.Read("stdout"), task.Read("stderr"));
        Oracle.Runc.Options options = _shim.Options;
        (options.IoUid, options.IoGid) = (1000, 1000);
        task.Up(request => (request.Stdout, request.Stderr, request.Options) = (output.Path, errors.Path, ShimUnderTest.AnyOf("containerd.runc.v1.Options", options)));
        Assert.Equal(0, task.Wait());
        task.Delete();
        Assert.Equal(("reopened\n", "oops\n"), (output.ToEnd(), errors.ToEnd()));
    }

    [Fact]
    public void A_reader_that_never_reads_stalls_nobody()
    {
        ShimTask stuck = _shim.Add("cat /dev/zero"), fine = _shim.Add("echo fine");
        string fifo = stuck.MakeFifo("stdout");
        // A client that has opened it.
        using var reader = new FileStream(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        stuck.Up(request => request.Stdout = fifo);
        FifoReader output = fine.Read("stdout");
        fine.Up(request => request.Stdout = output.Path);
        Assert.Equal(0, fine.Wait());
        fine.Delete();
        Assert.Equal("fine\n", output.ToEnd());
        Assert.Equal(0, stuck.RunExec("e", "true"));
        stuck.Kill();
        Assert.Equal(137, stuck.Wait());
        // Within the time that a client of the CRI has for it.
        Task<DeleteResponse> delete = _shim.Client.Begin<DeleteResponse>("Delete", new DeleteRequest { Id = stuck.Id });
        Assert.Equal(137u, TtrpcClient.Wait(delete).ExitStatus);
    }

    // containerd's client gives up a FIFO when Delete returns, if it has not noticed by then that it is open.
    [Theory]
    [MemberData(nameof(Both))]
    public void A_deletion_waits_half_a_second_for_a_client_that_has_yet_to_read(bool exec)
    {
        ShimTask task = _shim.Add("x");
        string fifo = task.MakeFifo("stdout");
        using var reader = new FileStream(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        string id = Begin(task, exec, "echo late", "", fifo, "");
        Assert.Equal(0, task.Wait(id));
        var since = Stopwatch.StartNew();
        task.Delete(id);
        Assert.True(since.ElapsedMilliseconds >= 400, $"deleted after {since.ElapsedMilliseconds} ms");
        byte[] output = new byte[5];
        reader.ReadExactly(output);
        Assert.Equal("late\n"u8, output);
        if (exec) task.End();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void A_client_that_opens_its_fifo_late_misses_nothing_not_even_the_end(bool exec)
    {
        ShimTask task = _shim.Add("echo early; exit 6");
        string fifo = task.MakeFifo("stdout");
        Task<int> run = Task.Run(() =>
        {
            string id = Begin(task, exec, "echo early; exit 6", "", fifo, "");
            int code = task.Wait(id);
            task.Delete(id);
            return code;
        });
        Thread.Sleep(exec ? 1000 : 500);
        Assert.Equal("early\n", task.Read("stdout").ToEnd());
        Assert.Equal(6, TtrpcClient.Wait(run));
    }

    [Fact]
    public void A_client_that_never_opens_its_fifo_only_delays_its_process()
    {
        ShimTask task = _shim.Add("exit 6"), other = _shim.Add("exit 5");
        Task<CreateTaskResponse> create = _shim.Client.Begin<CreateTaskResponse>("Create", task.CreateRequest(task.MakeFifo("stdout")));
        other.Up();
        Assert.Equal(5, other.Wait());
        Assert.False(create.IsCompleted);
        TtrpcClient.Wait(create);
        task.Start();
        Assert.Equal(6, task.Wait());
        task.Delete();
    }

    [Fact]
    public void A_reader_that_goes_away_and_comes_back_gets_the_rest()
    {
        ShimTask task = _shim.Add("await() { while test ! -e $1; do sleep 0.05; done; }; echo one; await /gone; echo two; echo > /two; await /back; echo three; exit 6");
        string path = task.Path("stdout");
        using (var first = new FifoReader(path))
        {
            task.Up(request => request.Stdout = path);
            first.WaitFor("one\n");
        }
        File.WriteAllText($"{task.Bundle.Rootfs}/gone", "");
        Eventually.True(() => File.Exists($"{task.Bundle.Rootfs}/two"), "it has written");
        FifoReader second = task.Read("stdout");
        second.WaitFor("two\n");
        File.WriteAllText($"{task.Bundle.Rootfs}/back", "");
        Assert.Equal(6, task.Wait());
        task.Delete();
        Assert.EndsWith("two\nthree\n", second.ToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Output_of_a_process_left_behind_does_not_hold_up_the_deletion_for_ever()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        FifoReader output = task.Read("stdout");
        task.Exec("e", "sleep 1000 & echo hello; exit 6", request => request.Stdout = output.Path);
        task.Start("e");
        Assert.Equal(6, task.Wait("e"));
        Assert.Equal(6, (int)task.Delete("e").ExitStatus);
        Assert.Equal("hello\n", output.ToEnd());
        task.End();
    }

    [Fact]
    public void Warnings_of_the_shim_are_in_its_log()
    {
        ShimTask task = _shim.Add("true");
        task.Bundle.Process["capabilities"]!["bounding"] = new System.Text.Json.Nodes.JsonArray("CAP_NONSENSE");
        task.Up();
        Assert.Contains("CAP_NONSENSE", task.Log(), StringComparison.Ordinal);
    }

    public void Dispose() => _shim.Dispose();

    private static FileStream Write(string fifo) => new(fifo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);

    // Starts a process with these streams; "" is the container's first.
    private static string Begin(ShimTask task, bool exec, string script, string input, string output, string errors, bool terminal = false)
    {
        if (exec)
        {
            task.Bundle.Shell("exec sleep 1000");
            task.Up();
            task.Exec("e", script, request => (request.Stdin, request.Stdout, request.Stderr, request.Terminal) = (input, output, errors, terminal));
            task.Start("e");
            return "e";
        }
        task.Bundle.Shell(script);
        task.Bundle.Process["terminal"] = terminal;
        task.Up(request => (request.Stdin, request.Stdout, request.Stderr, request.Terminal) = (input, output, errors, terminal));
        return "";
    }

    private static void Run(ShimTask task, bool exec, string script, string input, string output, string errors, bool terminal = false)
    {
        string id = Begin(task, exec, script, input, output, errors, terminal);
        Assert.Equal(6, task.Wait(id));
        task.Delete(id);
        if (exec) task.End();
    }
}
