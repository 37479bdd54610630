// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>
/// An engine's default seccomp profile in config.json's format: the engines' own format has conditions on the machine and
/// on the container's capabilities. The files come with Debian's packages of the engines (build/tests.sh) and are not in
/// this repository.
/// </summary>
public static class EngineProfile
{
    // Both engines' default for a container.
    private static readonly string[] _capabilities =
    [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD", "CAP_NET_BIND_SERVICE",
        "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    /// <param name="file">The engine's own file.</param>
    public static JsonObject Resolve(string file)
    {
        JsonNode source = JsonNode.Parse(File.ReadAllText(file))!;
        var profile = new JsonObject
        {
            ["defaultAction"] = (string)source["defaultAction"]!,
            ["architectures"] = new JsonArray("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"),
            ["syscalls"] = new JsonArray([.. source["syscalls"]!.AsArray().Where(entry => Applies(entry!)).Select(entry => Entry(entry!))]),
        };
        if ((uint?)source["defaultErrnoRet"] is { } errno) profile["defaultErrnoRet"] = errno;
        return profile;
    }

    private static JsonObject Entry(JsonNode entry)
    {
        var result = new JsonObject { ["names"] = entry["names"]!.DeepClone(), ["action"] = (string)entry["action"]! };
        if ((uint?)entry["errnoRet"] is { } errno) result["errnoRet"] = errno;
        if (entry["args"] is JsonArray { Count: > 0 } args) result["args"] = args.DeepClone();
        return result;
    }

    private static bool Applies(JsonNode entry)
    {
        string[] included = Words(entry, "includes", "arches");
        return Words(entry, "includes", "caps").All(_capabilities.Contains) && (included.Length == 0 || included.Contains("amd64"))
            && !Words(entry, "excludes", "caps").Any(_capabilities.Contains) && !Words(entry, "excludes", "arches").Contains("amd64");
    }

    private static string[] Words(JsonNode entry, string side, string kind) =>
        [.. (entry[side]?[kind]?.AsArray() ?? []).Select(word => (string)word!)];
}
