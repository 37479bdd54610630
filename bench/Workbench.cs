// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Runcs.Harness;

namespace Runcs.Bench;

/// <summary>The bundles, the same for all contenders: a busybox root filesystem and the config that <c>runc spec</c> writes.</summary>
internal sealed class Workbench : IDisposable
{
    private readonly string _defaultConfig;

    /// <param name="profile">An engine's default seccomp profile, in the engine's format; empty for none.</param>
    public Workbench(string defaultConfig, string profile)
    {
        _defaultConfig = File.ReadAllText(defaultConfig);
        Scratch = Directory.CreateTempSubdirectory("runcs-bench-").FullName;
        // For ordinary users too.
        File.SetUnixFileMode(Scratch, (UnixFileMode)0b111_101_101);
        State = Directory.CreateDirectory(Path.Combine("/run", Path.GetFileName(Scratch))).FullName;
        Rootfs = Path.Combine(Scratch, "rootfs");
        foreach (string name in (string[])["bin", "dev", "etc", "proc", "sys", "tmp"])
            Directory.CreateDirectory(Path.Combine(Rootfs, name));
        string busybox = Path.Combine(Rootfs, "bin/busybox");
        File.Copy("/bin/busybox", busybox);
        foreach (string applet in (string[])["true", "sleep"])
            _ = Libc.link(busybox, Path.Combine(Rootfs, "bin", applet));
        True = Bundle("true", null, "/bin/true");
        Rootless = RootlessBundle("rootless");
        Sleep = Bundle("sleep", null, "/bin/sleep", "100000");
        if (profile.Length > 0)
            Filtered = Bundle("filtered", null, EngineProfile.Resolve(profile), "/bin/true");
    }

    public string Scratch { get; }

    /// <summary>The parent of the state directories, below /run, a tmpfs.</summary>
    public string State { get; }

    public string True { get; }

    /// <summary>As <see cref="True"/>, for <see cref="OrdinaryUser"/>: with a user namespace and the network of its caller, as <c>spec --rootless</c> has it.</summary>
    public string Rootless { get; }

    public string Sleep { get; }

    /// <summary>As <see cref="True"/>, with a seccomp filter; null if there is no profile.</summary>
    public string? Filtered { get; }

    public string Rootfs { get; }

    private string RootlessBundle(string name)
    {
        string bundle = Bundle(name, null, "/bin/true"), file = Path.Combine(bundle, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(file))!;
        JsonNode linux = config["linux"]!;
        JsonArray namespaces = (JsonArray)linux["namespaces"]!, mounts = (JsonArray)config["mounts"]!;
        namespaces.Remove(namespaces.Single(one => (string?)one!["type"] == "network"));
        namespaces.Add(new JsonObject { ["type"] = "user" });
        foreach (string map in (string[])["uidMappings", "gidMappings"])
            linux[map] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = OrdinaryUser.Id, ["size"] = 1 });
        ((JsonObject)linux).Remove("resources");
        JsonArray terminals = (JsonArray)mounts.Single(mount => (string?)mount!["type"] == "devpts")!["options"]!;
        terminals.Remove(terminals.Single(option => (string?)option == "gid=5"));
        JsonNode sysfs = mounts.Single(mount => (string?)mount!["type"] == "sysfs")!;
        sysfs["type"] = "none";
        sysfs["source"] = "/sys";
        ((JsonArray)sysfs["options"]!).Add("rbind");
        File.WriteAllText(file, config.ToJsonString());
        return bundle;
    }

    public string Bundle(string name, long? memoryLimit, params string[] args) => Bundle(name, memoryLimit, null, args);

    private string Bundle(string name, long? memoryLimit, JsonObject? profile, params string[] args)
    {
        string bundle = Directory.CreateDirectory(Path.Combine(Scratch, name)).FullName;
        JsonNode config = JsonNode.Parse(_defaultConfig)!;
        config["root"]!["path"] = Rootfs;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]);
        if (memoryLimit != null)
        {
            config["linux"]!["resources"] ??= new JsonObject();
            config["linux"]!["resources"]!["memory"] = new JsonObject { ["limit"] = memoryLimit };
        }
        if (profile != null)
            config["linux"]!["seccomp"] = profile;
        File.WriteAllText(Path.Combine(bundle, "config.json"), config.ToJsonString());
        return bundle;
    }

    public void Dispose()
    {
        Directory.Delete(Scratch, recursive: true);
        Directory.Delete(State, recursive: true);
    }
}
