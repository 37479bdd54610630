// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>
/// A user who is not root and has nothing but the directories of the test. It is in no file of the machine: those that name it
/// (passwd(5), subuid(5)) are bound over the machine's in a mount namespace of each command.
/// </summary>
public sealed class OrdinaryUser
{
    private const string Name = "runcs-test";

    private const string BindFiles = """
        for file in passwd group subuid subgid; do [ -e /etc/$file ] || : > /etc/$file; mount --bind "$1/$file" /etc/$file || exit; done; shift; exec "$@"
        """;

    private readonly string? _files;

    private OrdinaryUser(int uid, string? files) => (Uid, _files) = (uid, files);

    public static OrdinaryUser Default { get; } = WithoutRanges(424201);

    public int Uid { get; }

    /// <summary>The first of its 65536 further ids.</summary>
    public int FirstSubId => Uid * 100;

    /// <summary>A user without lines in /etc/subuid and /etc/subgid, nor in /etc/passwd.</summary>
    public static OrdinaryUser WithoutRanges(int uid) => new(uid, null);

    /// <summary>A user with a name and a range of ids for newuidmap(1).</summary>
    /// <param name="directory">For its files.</param>
    public static OrdinaryUser WithRanges(string directory, int uid = 424211)
    {
        Requires.Program("newuidmap");
        string files = Directory.CreateDirectory(Path.Combine(directory, "etc")).FullName;
        var user = new OrdinaryUser(uid, files);
        File.WriteAllText(Path.Combine(files, "passwd"), File.ReadAllText("/etc/passwd") + $"{Name}:x:{uid}:{uid}::/:/bin/sh\n");
        File.WriteAllText(Path.Combine(files, "group"), File.ReadAllText("/etc/group") + $"{Name}:x:{uid}:\n");
        foreach (string file in (string[])["subuid", "subgid"]) File.WriteAllText(Path.Combine(files, file), $"{Name}:{user.FirstSubId}:65536\n");
        return user;
    }

    /// <summary>Replaces one of the files bound over the machine's, such as subuid.</summary>
    public void Put(string file, string text) => File.WriteAllText(Path.Combine(_files ?? throw new InvalidOperationException("a user with files"), file), text);

    /// <summary>Runs a command as this user.</summary>
    public string[] Prefix
    {
        get
        {
            Requires.Root();
            Requires.Program("setpriv");
            string uid = Uid.ToString(CultureInfo.InvariantCulture);
            string[] drop = ["setpriv", $"--reuid={uid}", $"--regid={uid}", "--clear-groups", "--"];
            return _files == null ? drop : ["unshare", "--mount", "--propagation", "private", "sh", "-c", BindFiles, "sh", _files, .. drop];
        }
    }

    /// <summary>Makes a container this user's, with the config that <c>spec --rootless</c> writes, and no terminal.</summary>
    public Container Adopt(Container container)
    {
        Give(container.Path("."));
        container.Runtime.Prefix = Prefix;
        Command.Run([.. Prefix, RuntimeUnderTest.Executable, "spec", "--rootless", "--bundle", container.Bundle.Directory]).Ok();
        container.Bundle.Config = JsonNode.Parse(File.ReadAllText(container.Bundle.ConfigPath))!;
        container.Bundle.Process["terminal"] = false;
        container.Bundle.Config["root"]!["readonly"] = false;
        return container;
    }

    /// <summary>Maps the container's ids to those of the user and its range: 0 to the user itself, the others to the range.</summary>
    public void MapRange(Container container)
    {
        foreach (string map in (string[])["uidMappings", "gidMappings"])
            container.Bundle.Linux[map] = new JsonArray(Range(0, Uid, 1), Range(1, FirstSubId, 65535));
    }

    /// <summary>Makes a directory with its contents this user's.</summary>
    public void Give(string directory) => Command.Run("chown", "-R", $"{Uid}:{Uid}", directory).Ok();

    private static JsonObject Range(int inside, int outside, int size) => new() { ["containerID"] = inside, ["hostID"] = outside, ["size"] = size };
}
