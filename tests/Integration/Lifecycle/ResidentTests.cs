// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A process that runs commands and keeps running: they leave nothing behind in it.</summary>
public sealed class ResidentTests : IDisposable
{
    private const int Count = 20, Commands = 1000, WarmUp = 10, MostGrowth = 512;
    private readonly string _directory = Scratch.NewDirectory("resident");
    private readonly List<Container> _containers = [];
    private readonly ResidentProcess _resident;
    private readonly Socket _console = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    // Containers with the same action at each turn.
    private readonly Dictionary<Container, Action<Container>> _alone = [];

    // A container's next action, by its turns; the first is the creation.
    private readonly Dictionary<Container, Socket> _masters = [];
    private readonly Action<Container>[] _turns;

    public ResidentTests()
    {
        Requires.Root();
        Requires.Runcs();
        _resident = new ResidentProcess(Root);
        _console.Bind(new UnixDomainSocketEndPoint(ConsolePath));
        _console.Listen();
        File.WriteAllText(Affinity, """{"args": ["true"], "cwd": "/", "execCPUAffinity": {"initial": "0"}}""");
        _turns =
        [
            Create,
            container => _resident.Do("start", container.Id),
            container => Assert.Equal("exit 7", _resident.Ask("exec", container.Id, "sh", "-c", "exit 7")),
            container => Assert.Equal("exit 0", _resident.Ask("exec-file", container.Id, Affinity)),
            container => _resident.Do("delete", container.Id),
        ];
    }

    private string Root => Path.Combine(_directory, "state");

    private string ConsolePath => Path.Combine(_directory, "console");

    private string Affinity => Path.Combine(_directory, "process.json");

    public void Dispose()
    {
        var runtime = new RuntimeUnderTest(Root);
        foreach (Container container in _containers)
        {
            runtime.Run("delete", "--force", container.Id);
            container.Dispose();
        }
        _resident.Dispose();
        foreach (Socket master in _masters.Values) master.Dispose();
        _console.Dispose();
        Scratch.Remove(_directory);
    }

    [Fact]
    public void A_thousand_commands_leave_the_process_as_it_was()
    {
        for (int i = 0; i < Count; i++) Add(i);
        string before = _resident.Census();
        Run(WarmUp * Count);
        Assert.Equal(before, _resident.Census());
        (int Private, int Live) early = _resident.Memory(collects: true);
        Run(Commands);
        (int Private, int Live) uncollected = _resident.Memory(collects: false);
        Assert.Equal(before, _resident.Census());
        (int Private, int Live) late = _resident.Memory(collects: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"KiB of its own (live): {early}, after {Commands} commands {uncollected}, collected {late}");
        Assert.True(late.Private - early.Private < MostGrowth, $"KiB of its own: {early.Private} after {WarmUp} rounds, {late.Private} after {Commands} commands");
        Assert.True(late.Live - early.Live < MostGrowth, $"KiB of live objects: {early.Live} after {WarmUp} rounds, {late.Live} after {Commands} commands");
    }

    /// <summary>The caller gets the errno and the kind of a failure, including one of init or of the exec stage.</summary>
    [Theory]
    [InlineData("args", "error 2 other .*exec: \"/nonexistent\"")]
    [InlineData("mount", "error 2 other .*mounts\\[\\d+\\]: open_tree\\(2\\)")]
    [InlineData("createRuntime", "error 0 hook .*createRuntime hook #0")]
    [InlineData("createContainer", "error 0 hook .*createContainer hook #0")]
    public void Errors_have_their_errno_and_kind(string what, string answer)
    {
        var container = new Container();
        _containers.Add(container);
        if (what == "args") container.Bundle.Args("/nonexistent");
        else if (what == "mount") container.Bundle.Mount("/mnt", "bind", "/nonexistent/source", "bind");
        else container.Bundle.Config["hooks"] = Hook(null, what, what == "createContainer" ? "/bin/false" : "/usr/bin/false");
        container.Bundle.Write();
        Assert.Matches($"^{answer}", _resident.Ask("create", container.Id, container.Bundle.Directory));
    }

    /// <summary>The census must show a deliberate leak, or it could not find a real one.</summary>
    [Theory]
    [InlineData("umask")]
    [InlineData("affinity")]
    [InlineData("descriptor")]
    [InlineData("mask")]
    [InlineData("disposition")]
    [InlineData("directory")]
    [InlineData("namespace")]
    [InlineData("subreaper")]
    [InlineData("child")]
    public void The_census_shows_what_is_left_behind(string fault)
    {
        string before = _resident.Census();
        Assert.Equal(before, _resident.Census());
        _resident.Do("fault", fault);
        Assert.NotEqual(before, _resident.Census());
    }

    // Each container is at a different turn from its neighbours. Creations, executions and deletions count, including
    // failed ones.
    private void Run(int commands)
    {
        int done = 0;
        for (int round = 0; done < commands; round++)
        {
            for (int i = 0; i < Count && done < commands; i++)
            {
                int turn = round - i % _turns.Length;
                if (turn < 0) continue;
                turn %= _turns.Length;
                if (_alone.TryGetValue(_containers[i], out Action<Container>? same)) same(_containers[i]);
                else _turns[turn](_containers[i]);
                if (_alone.ContainsKey(_containers[i]) || turn != 1) done++;
            }
        }
        foreach (Container container in _containers) _resident.Do("delete", container.Id);
    }

    private void Create(Container container)
    {
        if ((bool?)container.Bundle.Process["terminal"] != true)
        {
            _resident.Do("create", container.Id, container.Bundle.Directory);
            return;
        }
        _resident.Do("create", container.Id, container.Bundle.Directory, ConsolePath);
        // The master is in its queue: a terminal whose master is closed ends the waiting container (SIGHUP).
        Socket master = _console.Accept();
        if (_masters.Remove(container, out Socket? before)) before.Dispose();
        _masters.Add(container, master);
    }

    private void Add(int number)
    {
        var container = new Container();
        _containers.Add(container);
        Bundle bundle = container.Bundle;
        bundle.Args("/bin/sleep", "1000");
        switch (number)
        {
            case 3 or 13:
                UserMaps.Add(container);
                break;
            case 4 or 14:
                bundle.Process["terminal"] = true;
                break;
            case 5 or 15:
                foreach (string kind in (string[])["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"])
                    bundle.Config["hooks"] = Hook(bundle.Config["hooks"], kind, kind is "createContainer" or "startContainer" ? "/bin/true" : "/usr/bin/true");
                break;
            case 6:
                bundle.Args("/nonexistent");
                Fails("nonexistent");
                break;
            case 7:
                bundle.Config["hooks"] = Hook(null, "createRuntime", "/usr/bin/false");
                Fails("createRuntime hook #0");
                break;
            case 8:
                bundle.Process["cwd"] = "relative";
                Fails("process.cwd");
                break;
            case 9:
                bundle.Linux["netDevices"] = new JsonObject { ["nonexistent0"] = new JsonObject() };
                Fails("nonexistent0");
                break;
            case 10:
                bundle.Args("/bin/true");
                _alone[container] = notifying => _resident.Do("run-notifying", notifying.Id, notifying.Bundle.Directory, Path.Combine(_directory, "manager"));
                break;
        }
        bundle.Write();

        void Fails(string reason) => _alone[container] = failing => Assert.Matches($"^error .*{reason}", _resident.Ask("create", failing.Id, failing.Bundle.Directory));
    }

    private static JsonObject Hook(JsonNode? hooks, string kind, string path)
    {
        JsonObject added = (JsonObject?)hooks?.DeepClone() ?? [];
        added[kind] = new JsonArray(new JsonObject { ["path"] = path });
        return added;
    }
}
