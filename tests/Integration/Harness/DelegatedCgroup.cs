// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// A cgroup of v2 that root has given to an ordinary user as cgroups(7) has it, below one that is root's, with a cgroup for the
/// caller in it. On a machine with cgroup v1 it has no controllers.
/// </summary>
public sealed class DelegatedCgroup : IDisposable
{
    private const string Join = """
        echo $$ > "/sys/fs/cgroup$1/cgroup.procs" || exit; shift; exec "$@"
        """;

    private static readonly string _root = File.Exists("/sys/fs/cgroup/cgroup.procs") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
    private static int _count;

    private readonly OrdinaryUser _user;
    private readonly string _above;

    /// <param name="controllers">To delegate.</param>
    public DelegatedCgroup(OrdinaryUser user, params string[] controllers)
    {
        Requires.Root();
        Requires.That(File.Exists(_root + "/cgroup.procs"), "needs a mounted cgroup v2 hierarchy");
        if (controllers.Length > 0) Requires.CgroupV2Controllers(controllers);
        _user = user;
        _above = $"/runcs-delegated-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        foreach (string path in (string[])[_above, Path, CallersPath]) Directory.CreateDirectory(_root + path);
        foreach (string controller in controllers) File.WriteAllText($"{_root}{_above}/cgroup.subtree_control", "+" + controller);
        foreach (string path in (string[])[Path, CallersPath])
            Command.Run(["chown", $"{user.Uid}:{user.Uid}", .. ((string[])["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"]).Select(file => _root + path + file)]).Ok();
    }

    /// <summary>The user's, from the root of the hierarchy.</summary>
    public string Path => _above + "/given";

    /// <summary>In which <see cref="Prefix"/> puts a command.</summary>
    public string CallersPath => Path + "/caller";

    /// <summary>Runs a command as the user, in <see cref="CallersPath"/>.</summary>
    public string[] Prefix => PrefixIn(CallersPath);

    /// <summary>Runs a command as the user, in another cgroup.</summary>
    public string[] PrefixIn(string path) =>
        [.. _root.EndsWith("unified", StringComparison.Ordinal) ? PureCgroupV2.Prefix : [], "sh", "-c", Join, "sh", path, .. _user.Prefix];

    /// <summary>A file of a cgroup, without the final newline.</summary>
    public static string Read(string path, string file) => File.ReadAllText($"{_root}{path}/{file}").TrimEnd('\n');

    public static string OnHost(string path) => _root + path;

    public static bool Exists(string path) => Directory.Exists(_root + path);

    /// <summary>The cgroup of a process in the v2 hierarchy.</summary>
    public static string Of(int pid) => File.ReadLines($"/proc/{pid}/cgroup").Single(line => line.StartsWith("0::", StringComparison.Ordinal))["0::".Length..];

    public void Dispose()
    {
        if (!Exists(_above)) return;
        // The last processes may take a moment to end.
        Eventually.True(() =>
        {
            foreach (string directory in Directory.EnumerateDirectories(_root + _above, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length)) _ = Libc.rmdir(directory);
            return Libc.rmdir(_root + _above) == 0;
        }, () => $"{_root}{_above} cannot be removed");
    }
}
