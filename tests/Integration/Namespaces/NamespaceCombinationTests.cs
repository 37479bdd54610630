// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// A pairwise covering set of namespace kinds: each kind is the host's, new, or joined from a container with or without a
/// user namespace, with each kind of user namespace. The program is in exactly these namespaces.
/// </summary>
public sealed class NamespaceCombinationTests : IDisposable
{
    private static readonly (string Kind, string File)[] _kinds =
        [("pid", "pid"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("cgroup", "cgroup"), ("time", "time"), ("user", "user"), ("mount", "mnt")];

    private readonly Container _mapped = new(), _plain = new(), _subject = new();

    public NamespaceCombinationTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.UserNamespaces();
        UserMaps.Add(_mapped);
        foreach (Container source in (Container[])[_mapped, _plain])
        {
            foreach (string kind in (string[])["cgroup", "time"])
                ((JsonArray)source.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = kind });
            source.Bundle.Args("/bin/sleep", "1000");
            source.Up();
        }
        ((JsonObject)_subject.Bundle.Config).Remove("hostname");
    }

    [Theory]
    [InlineData(Source.Host)]
    [InlineData(Source.New)]
    [InlineData(Source.Mapped)]
    public void The_program_is_in_the_namespaces_that_are_listed(Source users)
    {
        foreach ((string first, string second) in ((string, string)[])[("pid", "network"), ("pid", "cgroup"), ("pid", "time"), ("network", "ipc"), ("uts", "cgroup")])
        {
            foreach (Source one in Enum.GetValues<Source>())
                foreach (Source other in Enum.GetValues<Source>())
                    Check(users, (first, one), (second, other));
        }
        Leftovers.AssertNone(_subject);
    }

    [Theory]
    [InlineData(Source.Host, false, true)]
    [InlineData(Source.Host, true, true)]
    [InlineData(Source.New, false, false)]
    [InlineData(Source.New, true, false)]
    [InlineData(Source.Mapped, false, false)]
    [InlineData(Source.Mapped, true, true)]
    public void A_mount_namespace_is_joined_only_with_the_right_to_mount_in_it(Source users, bool belongsToMapped, bool may)
    {
        // Its root is still the host's, as with a namespace that was only made.
        string[] inside = belongsToMapped ? ["nsenter", $"--user=/proc/{_mapped.Pid}/ns/user", "--setuid", "0"] : [];
        using RunningCommand holder = Command.Start(Options.Default, [.. inside, "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; exec sleep 100"]);
        holder.WaitForStdout("in");
        SetNamespaces(users, []);
        _subject.Bundle.Namespace("mount", $"/proc/{holder.Pid}/ns/mnt").Shell("readlink /proc/self/ns/mnt; cat /dev/null");
        Result result = _subject.Run();
        if (may) Assert.Equal(Link(holder.Pid, "mnt") + "\n", result.Ok().Stdout);
        else Assert.Contains("mount namespace", ErrorMessage.Of(result), StringComparison.Ordinal);
        holder.Signal(Libc.SIGKILL);
        Leftovers.AssertNone(_subject);
    }

    public enum Source
    {
        Host,
        New,
        Mapped,
        Plain,
    }

    public void Dispose()
    {
        _subject.Dispose();
        _mapped.Dispose();
        _plain.Dispose();
    }

    private void Check(Source users, params (string Kind, Source From)[] chosen)
    {
        SetNamespaces(users, chosen);
        _subject.Bundle.Shell("for n in pid net ipc uts cgroup time user; do readlink /proc/self/ns/$n; done");
        string what = $"user {users}, {string.Join(", ", chosen.Select(one => $"{one.Kind} {one.From}"))}";
        Result result = _subject.Run();
        Assert.True(result.ExitCode == 0, $"{what}: {result.Stderr}");
        string[] links = result.Stdout.Split('\n');
        for (int i = 0; i < _kinds.Length - 1; i++)
        {
            (string kind, string file) = _kinds[i];
            Source from = kind == "user" ? users : chosen.Where(one => one.Kind == kind).Select(one => (Source?)one.From).FirstOrDefault() ?? Source.New;
            string[] others = [Link("self", file), Link(_mapped.Pid, file), Link(_plain.Pid, file)];
            if (from == Source.New) Assert.True(!others.Contains(links[i]), $"{what}: {kind} is not new");
            else Assert.True(others[from switch { Source.Host => 0, Source.Mapped => 1, _ => 2 }] == links[i], $"{what}: {kind} is another");
        }
    }

    private void SetNamespaces(Source users, (string Kind, Source From)[] chosen)
    {
        _subject.Bundle.Linux["namespaces"] = new JsonArray();
        ((JsonObject)_subject.Bundle.Linux).Remove("uidMappings");
        ((JsonObject)_subject.Bundle.Linux).Remove("gidMappings");
        if (users == Source.New) UserMaps.Add(_subject);
        else Add("user", "user", users);
        foreach ((string kind, string file) in _kinds)
        {
            if (kind == "user") continue;
            Source? from = chosen.Where(one => one.Kind == kind).Select(one => (Source?)one.From).FirstOrDefault();
            Add(kind, file, from ?? Source.New);
        }
    }

    private void Add(string kind, string file, Source from)
    {
        if (from == Source.Host) return;
        JsonObject entry = new() { ["type"] = kind };
        if (from != Source.New) entry["path"] = $"/proc/{(from == Source.Mapped ? _mapped : _plain).Pid}/ns/{file}";
        ((JsonArray)_subject.Bundle.Linux["namespaces"]!).Add(entry);
    }

    private static string Link(object process, string file) => new FileInfo($"/proc/{process}/ns/{file}").LinkTarget!;
}
