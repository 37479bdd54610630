// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>
/// A bundle: a busybox root file system, and the config that <c>runc spec</c> writes, but without a terminal. The config
/// is written when a command of <see cref="Container"/> needs it, or by <see cref="Write"/>.
/// </summary>
public sealed class Bundle
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };
    private static readonly string _defaultConfig = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "default-config.json"));

    private static readonly string[] _capabilities =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE",
        "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
        "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "PERFMON", "BPF",
    ];

    public Bundle(string directory)
    {
        Directory = directory;
        Harness.Rootfs.Make(Rootfs);
        Shell("true");
    }

    public string Directory { get; }

    public string Rootfs => Path.Combine(Directory, "rootfs");

    public string ConfigPath => Path.Combine(Directory, "config.json");

    /// <summary>The config as JSON, to edit in place: <c>bundle.Config["process"]!["cwd"] = "/tmp"</c>.</summary>
    public JsonNode Config { get; set; } = JsonNode.Parse(_defaultConfig)!;

    /// <summary>False leaves config.json unchanged: for tests that write a broken one.</summary>
    public bool WritesConfig { get; set; } = true;

    public JsonNode Process => Config["process"]!;

    public JsonNode Linux => Config["linux"]!;

    public JsonArray Mounts => (JsonArray)Config["mounts"]!;

    /// <summary>Sets the program and its arguments.</summary>
    public Bundle Args(params string[] args)
    {
        Process["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]);
        return this;
    }

    /// <summary>Sets the program to a shell script.</summary>
    public Bundle Shell(string script) => Args("/bin/sh", "-c", script);

    /// <summary>All capabilities, no no_new_privs, a writable root, and nothing masked or read-only in /proc.</summary>
    public Bundle Privileged()
    {
        string[] capabilities = [.. _capabilities.Select(name => "CAP_" + name)];
        foreach (string set in (string[])["bounding", "effective", "permitted", "inheritable", "ambient"])
            Process["capabilities"]![set] = new JsonArray([.. capabilities.Select(name => (JsonNode)name)]);
        Process["noNewPrivileges"] = false;
        Config["root"]!["readonly"] = false;
        Linux["maskedPaths"] = new JsonArray();
        Linux["readonlyPaths"] = new JsonArray();
        return this;
    }

    public Bundle Edit(Action<JsonNode> edit)
    {
        edit(Config);
        return this;
    }

    /// <summary>Adds an environment variable.</summary>
    public Bundle Env(string name, string value)
    {
        ((JsonArray)Process["env"]!).Add($"{name}={value}");
        return this;
    }

    public Bundle Mount(string destination, string type, string source, params string[] options)
    {
        Mounts.Add(new JsonObject
        {
            ["destination"] = destination,
            ["type"] = type,
            ["source"] = source,
            ["options"] = new JsonArray([.. options.Select(option => (JsonNode)option)]),
        });
        return this;
    }

    /// <summary>Removes the namespace of a type, or joins the one at a path.</summary>
    public Bundle Namespace(string type, string? path = null)
    {
        JsonArray namespaces = (JsonArray)Linux["namespaces"]!;
        foreach (JsonNode? old in namespaces.Where(entry => (string?)entry!["type"] == type).ToArray())
            namespaces.Remove(old);
        if (path != null)
            namespaces.Add(new JsonObject { ["type"] = type, ["path"] = path });
        return this;
    }

    /// <summary>Writes a file into the root file system, optionally executable.</summary>
    public string Put(string path, string text, bool executable = false)
    {
        string file = Path.Combine(Rootfs, path.TrimStart('/'));
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, (UnixFileMode)(executable ? 0b111_101_101 : 0b110_100_100));
        return file;
    }

    public void Write()
    {
        if (WritesConfig)
            File.WriteAllText(ConfigPath, Config.ToJsonString(_indented));
    }
}
