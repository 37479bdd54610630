// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Runcs.Harness;

/// <summary>
/// Hostile config.json documents: each must be read or refused, quickly and without a crash. Small parts are text; large
/// ones are generated on demand.
/// </summary>
public static class HostileDocuments
{
    private const int Many = 100_000, Mebibyte = 1 << 20;

    /// <summary>A valid config with one part of the top level in place of <c>$</c>.</summary>
    private const string Around = """
        {"ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {"args": ["/bin/true"], "cwd": "/"},
         "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}, $}
        """;

    private static readonly Dictionary<string, Func<byte[]>> _all = new(StringComparer.Ordinal)
    {
        ["empty"] = () => [],
        ["one_space"] = () => " "u8.ToArray(),
        ["null"] = () => "null"u8.ToArray(),
        ["a_number"] = () => "1"u8.ToArray(),
        ["a_string"] = () => "\"config\""u8.ToArray(),
        ["nul_bytes"] = () => new byte[4096],
        ["all_bytes"] = () => [.. Enumerable.Range(0, 256).Select(value => (byte)value)],
        ["byte_order_mark"] = () => [0xEF, 0xBB, 0xBF, .. "{}"u8],
        ["utf16"] = () => Encoding.Unicode.GetBytes("{\"ociVersion\": \"1.0.0\"}"),
        ["comment"] = () => Text("{ /* why */ }"),
        ["trailing_comma"] = () => With("\"mounts\": [],"),
        ["trailing_garbage"] = () => [.. With("\"mounts\": []"), .. "}}"u8],
        ["two_documents"] = () => [.. With("\"mounts\": []"), .. With("\"mounts\": []")],
        ["single_quotes"] = () => Text("{'ociVersion': '1.0.0'}"),
        ["nan"] = () => With("\"process\": {\"oomScoreAdj\": NaN}"),
        ["invalid_utf8_value"] = () => Bytes("\"hostname\": \"", [0xC3, 0x28], "\""),
        ["invalid_utf8_key"] = () => Bytes("\"annotations\": {\"", [0xFF], "\": \"\"}"),
        ["overlong_utf8"] = () => Bytes("\"hostname\": \"", [0xC0, 0x80], "\""),
        ["surrogate_in_utf8"] = () => Bytes("\"hostname\": \"", [0xED, 0xA0, 0x80], "\""),
        ["lone_surrogate"] = () => With("\"hostname\": \"\\ud800\""),
        ["nul_in_hostname"] = () => With("\"hostname\": \"a\\u0000b\""),
        ["nul_in_argument"] = () => With("\"process\": {\"args\": [\"/bin/true\\u0000/bin/sh\"], \"cwd\": \"/\\u0000etc\"}"),
        ["nul_in_mount"] = () => With("\"mounts\": [{\"destination\": \"/a\\u0000b\", \"type\": \"tmpfs\\u0000\", \"source\": \"\\u0000\", \"options\": [\"\\u0000\"]}]"),
        ["nul_in_hook"] = () => With("\"hooks\": {\"prestart\": [{\"path\": \"/bin/true\\u0000x\"}]}"),
        ["nul_in_sysctl"] = () => With("\"linux\": {\"sysctl\": {\"net.a\\u0000b\": \"\\u0000\"}}"),
        ["escapes_in_output"] = () => With("\"hostname\": \"\\u001b[2J\", \"process\": {\"cwd\": \"a\\u001b[31m\\nb\"}"),
        ["duplicate_parts"] = () => With("\"process\": {\"cwd\": \"/x\"}, \"process\": {\"args\": []}, \"process\": null"),
        ["wrong_types"] = () => With("\"process\": [], \"mounts\": {}, \"hooks\": 1, \"annotations\": [], \"hostname\": {}"),
        ["linux_of_wrong_types"] = () => With("\"linux\": {\"namespaces\": {}, \"devices\": 5, \"sysctl\": [], \"resources\": [], \"seccomp\": 1, \"timeOffsets\": 1, \"uidMappings\": {}}"),
        ["nulls_everywhere"] = () => Text("{\"ociVersion\": null, \"root\": null, \"process\": null, \"mounts\": [null], \"linux\": {\"namespaces\": [null], \"resources\": {\"memory\": null}}}"),
        ["digits"] = () => With("\"process\": {\"oomScoreAdj\": " + new string('9', Mebibyte) + "}"),
        ["small_digits"] = () => With("\"process\": {\"oomScoreAdj\": 0." + new string('0', Mebibyte) + "1}"),
        ["exponent"] = () => With("\"process\": {\"oomScoreAdj\": 1e" + new string('9', Mebibyte) + "}"),
        ["extreme_numbers"] = () => With("\"process\": {\"user\": {\"uid\": 4294967295, \"gid\": 4294967295, \"umask\": 4294967295, \"additionalGids\": [4294967295]}, \"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": 18446744073709551615, \"hard\": 18446744073709551615}], \"oomScoreAdj\": -2147483648, \"consoleSize\": {\"width\": 4294967295, \"height\": 4294967295}}, \"linux\": {\"uidMappings\": [{\"containerID\": 4294967295, \"hostID\": 4294967295, \"size\": 4294967295}], \"devices\": [{\"path\": \"/dev/x\", \"type\": \"c\", \"major\": 9223372036854775807, \"minor\": -9223372036854775808, \"fileMode\": 4294967295}], \"resources\": {\"memory\": {\"limit\": -9223372036854775808, \"swap\": 9223372036854775807}, \"cpu\": {\"shares\": 18446744073709551615, \"quota\": -9223372036854775808, \"period\": 18446744073709551615}, \"pids\": {\"limit\": -9223372036854775808}}}"),
        ["nested_arrays"] = () => With("\"x\": " + new string('[', Mebibyte)),
        ["nested_objects"] = () => With("\"x\": " + string.Concat(Enumerable.Repeat("{\"a\":", Many))),
        ["nested_and_closed"] = () => With("\"mounts\": " + new string('[', Many) + new string(']', Many)),
        ["white_space"] = () => [.. new string(' ', 8 * Mebibyte).Select(value => (byte)value), .. With("\"mounts\": []")],
        ["line_ends"] = () => [.. With("\"mounts\": []"), .. new string('\n', 8 * Mebibyte).Select(value => (byte)value)],
        ["unended_string"] = () => With("\"hostname\": \"" + new string('a', 8 * Mebibyte)),
        ["long_hostname"] = () => With("\"hostname\": \"" + new string('a', 8 * Mebibyte) + "\""),
        ["long_key"] = () => With("\"" + new string('k', 8 * Mebibyte) + "\": 1, \"annotations\": {\"" + new string('k', Mebibyte) + "\": 1}"),
        ["escaped_letters"] = () => With("\"hostname\": \"" + string.Concat(Enumerable.Repeat("\\u0061", Mebibyte)) + "\""),
        ["many_wrong_mounts"] = () => With("\"mounts\": [" + Repeat(at => "5") + "]"),
        ["many_empty_mounts"] = () => With("\"mounts\": [" + Repeat(at => "{}") + "]"),
        ["many_mounts"] = () => With("\"mounts\": [" + Repeat(at => $"{{\"destination\": \"/m{at}\", \"type\": \"tmpfs\", \"source\": \"t\", \"options\": [\"ro\", \"size=1\"]}}") + "]"),
        ["many_mounts_of_no_file_system"] = () => With("\"mounts\": [" + Repeat(at => $"{{\"destination\": \"/m{at}\", \"type\": \"frob\"}}") + "]"),
        ["many_options"] = () => With("\"mounts\": [{\"destination\": \"/m\", \"type\": \"tmpfs\", \"options\": [" + Repeat(at => $"\"o{at}=1\"") + "]}]"),
        ["many_variables"] = () => With("\"process\": {\"args\": [\"/bin/true\"], \"cwd\": \"/\", \"env\": [" + Repeat(at => $"\"N{at}=1\"") + "]}"),
        ["many_equal_variables"] = () => With("\"process\": {\"args\": [\"/bin/true\"], \"cwd\": \"/\", \"env\": [" + Repeat(at => "\"N=1\"") + "]}"),
        ["many_rlimits"] = () => With("\"process\": {\"args\": [\"/bin/true\"], \"cwd\": \"/\", \"rlimits\": [" + Repeat(at => "{\"type\": \"RLIMIT_CPU\", \"soft\": 1, \"hard\": 1}") + "]}"),
        ["many_capabilities"] = () => With("\"process\": {\"args\": [\"/bin/true\"], \"cwd\": \"/\", \"capabilities\": {\"bounding\": [" + Repeat(at => $"\"CAP_{at}\"") + "]}}"),
        ["many_groups"] = () => With("\"process\": {\"args\": [\"/bin/true\"], \"cwd\": \"/\", \"user\": {\"uid\": 0, \"gid\": 0, \"additionalGids\": [" + Repeat(at => $"{at}") + "]}}"),
        ["many_hooks"] = () => With("\"hooks\": {\"poststop\": [" + Repeat(at => "{\"path\": \"/bin/true\"}") + "]}"),
        ["many_annotations"] = () => With("\"annotations\": {" + Repeat(at => $"\"k{at}\": \"v\"") + "}"),
        ["many_namespaces_and_sysctls"] = () => With("\"linux\": {\"namespaces\": [" + Repeat(at => "{\"type\": \"uts\"}") + "], \"sysctl\": {" + Repeat(at => $"\"net.a{at}\": \"1\"") + "}}"),
        ["many_mappings"] = () => With("\"linux\": {\"namespaces\": [{\"type\": \"user\"}, {\"type\": \"mount\"}], \"uidMappings\": [" + Repeat(at => $"{{\"containerID\": {at}, \"hostID\": {at}, \"size\": 1}}") + "]}"),
        ["many_devices"] = () => With("\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"devices\": [" + Repeat(at => $"{{\"path\": \"/dev/d{at}\", \"type\": \"c\", \"major\": 1, \"minor\": 3}}") + "]}"),
        ["many_device_rules"] = () => With("\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"resources\": {\"devices\": [" + Repeat(at => $"{{\"allow\": true, \"type\": \"c\", \"major\": 1, \"minor\": {at}, \"access\": \"r\"}}") + "]}}"),
        ["many_masked_paths"] = () => With("\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"maskedPaths\": [" + Repeat(at => $"\"/p{at}\"") + "], \"readonlyPaths\": [" + Repeat(at => $"\"/p{at}\"") + "]}"),
        ["many_syscalls"] = () => With("\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [" + Repeat(at => "{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\"}") + "]}}"),
        ["many_syscall_names"] = () => With("\"linux\": {\"namespaces\": [{\"type\": \"mount\"}], \"seccomp\": {\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\": \"SCMP_ACT_ERRNO\", \"names\": [" + Repeat(at => $"\"call{at}\"") + "]}]}}"),
        ["as_many_mounts_as_fit"] = () => With("\"mounts\": [" + string.Join(',', Enumerable.Repeat("{}", 5_000_000)) + "]"),
        ["as_many_arguments_as_fit"] = () => With("\"process\": {\"args\": [" + string.Join(',', Enumerable.Repeat("\"\"", 5_000_000)) + "]}"),
        ["sixteen_mebibytes"] = () => Padded(16 * Mebibyte),
        ["one_byte_more"] = () => Padded((16 * Mebibyte) + 1),
        ["a_hundred_mebibytes"] = () => Padded(100 * Mebibyte),
    };

    public static IEnumerable<string> Names => _all.Keys;

    public static byte[] Get(string name) => _all[name]();

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] With(string part) => Text(Around.Replace("$", part, StringComparison.Ordinal));

    private static byte[] Bytes(string before, byte[] bytes, string after)
    {
        string[] sides = Around.Split('$');
        return [.. Text(sides[0] + before), .. bytes, .. Text(after + sides[1])];
    }

    private static string Repeat(Func<int, string> element) => string.Join(',', Enumerable.Range(0, Many).Select(element));

    private static byte[] Padded(int length)
    {
        byte[] text = new byte[length];
        text.AsSpan().Fill((byte)' ');
        With("\"mounts\": []").CopyTo(text.AsSpan());
        return text;
    }
}
