// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Runcs.OciSpec;

namespace Runcs.Conformance.Seccomp;

/// <summary>libseccomp as an oracle, used as runc uses it.</summary>
internal static unsafe partial class Libseccomp
{
    private const string Library = "libseccomp.so.2";
    private const int EEXIST = 17, NR_SCMP_ERROR = -1, SCMP_FLTATR_CTL_OPTIMIZE = 8;
    public const uint NativeToken = 0xc000003e, X32Token = 0x4000003e;

    private static readonly string[] _operators =
        ["", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

    public static void Require()
    {
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), "no libseccomp.so.2 here");
    }

    /// <summary>For example 2.5.4.</summary>
    public static string Version
    {
        get
        {
            uint* version = seccomp_version();
            return $"{version[0]}.{version[1]}.{version[2]}";
        }
    }

    /// <summary>The number, or a negative one for a call that the architecture does not have; -1 for an unknown name.</summary>
    public static int Resolve(uint token, string name) => seccomp_syscall_resolve_name_arch(token, name);

    /// <summary>
    /// Whether a rule for the name reaches other architectures: the library maps it through this machine's number.
    /// </summary>
    public static bool KnowsBothWays(string name)
    {
        int number = Resolve(NativeToken, name);
        return number != NR_SCMP_ERROR && NameOf(NativeToken, number) == name;
    }

    private static string? NameOf(uint token, int number)
    {
        nint name = seccomp_syscall_resolve_num_arch(token, number);
        string? text = Marshal.PtrToStringUTF8(name);
        NativeMemory.Free((void*)name);
        return text;
    }

    /// <summary>All names that the library knows, found by the numbers of its architectures.</summary>
    public static SortedSet<string> Names(IEnumerable<(uint Token, uint Offset)> architectures)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((uint token, uint offset) in architectures)
        {
            // Pseudo numbers stand for calls that the architecture lacks.
            foreach (int number in Enumerable.Range((int)offset, 1024).Concat(Enumerable.Range(0xf0000, 16)).Concat(Enumerable.Range(-11000, 11000)))
            {
                if (NameOf(token, number) is { } name) names.Add(name);
            }
        }
        return names;
    }

    /// <summary>The program for a profile.</summary>
    /// <param name="tokens">The architectures; the machine's own is not added.</param>
    /// <param name="refused">Receives the rules that the library considers contradictory; null to fail on them.</param>
    public static ulong[] Compile(LinuxSeccomp profile, IReadOnlyList<uint> tokens, int optimize, HashSet<LinuxSyscall>? refused = null)
    {
        seccomp_api_set(6);
        uint otherwise = Action(profile.DefaultAction, profile.DefaultErrnoRet);
        nint filter = seccomp_init(otherwise);
        try
        {
            if (!tokens.Contains(NativeToken)) Check(seccomp_arch_remove(filter, NativeToken), "seccomp_arch_remove");
            foreach (uint token in tokens)
                if (token != NativeToken)
                    Check(seccomp_arch_add(filter, token), $"seccomp_arch_add 0x{token:x}");
            Check(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, (uint)optimize), "seccomp_attr_set");
            foreach (LinuxSyscall entry in profile.Syscalls) Add(filter, entry, otherwise, refused);
            return Export(filter);
        }
        finally
        {
            seccomp_release(filter);
        }
    }

    private static void Add(nint filter, LinuxSyscall entry, uint otherwise, HashSet<LinuxSyscall>? refused)
    {
        uint action = Action(entry.Action, entry.ErrnoRet);
        if (action == otherwise) return;
        ArgCompare[] conditions = [.. entry.Args.Select(arg => new ArgCompare(arg.Index, Array.IndexOf(_operators, arg.Op), arg.Value, arg.ValueTwo))];
        bool alternatives = entry.Args.DistinctBy(arg => arg.Index).Count() < entry.Args.Length;
        foreach (string name in entry.Names)
        {
            int number = Resolve(NativeToken, name);
            if (number == NR_SCMP_ERROR) continue;
            ArgCompare[][] rules = alternatives ? [.. conditions.Select(condition => new[] { condition })] : [conditions];
            foreach (ArgCompare[] rule in rules)
            {
                int result = seccomp_rule_add_array(filter, action, number, (uint)rule.Length, rule);
                if (result == -EEXIST && refused != null) refused.Add(entry);
                else Check(result, $"seccomp_rule_add {name}");
            }
        }
    }

    private static ulong[] Export(nint filter)
    {
        string file = Path.GetTempFileName();
        using (SafeFileHandle handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write))
            Check(seccomp_export_bpf(filter, (int)handle.DangerousGetHandle()), "seccomp_export_bpf");
        byte[] bytes = File.ReadAllBytes(file);
        File.Delete(file);
        return MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
    }

    private static uint Action(string name, uint? value) => name switch
    {
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => 0,
        "SCMP_ACT_KILL_PROCESS" => 0x80000000,
        "SCMP_ACT_TRAP" => 0x30000,
        "SCMP_ACT_ERRNO" => 0x50000 | (value ?? 1),
        "SCMP_ACT_NOTIFY" => 0x7fc00000,
        "SCMP_ACT_TRACE" => 0x7ff00000 | (value ?? 1),
        "SCMP_ACT_LOG" => 0x7ffc0000,
        "SCMP_ACT_ALLOW" => 0x7fff0000,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name),
    };

    private static void Check(int result, string call)
    {
        if (result < 0) throw new InvalidOperationException($"{call}: {result}");
    }

    // struct scmp_arg_cmp of seccomp.h.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ArgCompare(uint argument, int comparison, ulong first, ulong second)
    {
        public readonly uint Argument = argument;
        public readonly int Comparison = comparison;
        public readonly ulong First = first, Second = second;
    }

    [LibraryImport(Library)]
    private static partial uint* seccomp_version();

    [LibraryImport(Library)]
    private static partial int seccomp_api_set(uint level);

    [LibraryImport(Library)]
    private static partial nint seccomp_init(uint action);

    [LibraryImport(Library)]
    private static partial void seccomp_release(nint filter);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_add(nint filter, uint token);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_remove(nint filter, uint token);

    [LibraryImport(Library)]
    private static partial int seccomp_attr_set(nint filter, int attribute, uint value);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint filter, uint action, int number, uint count, ArgCompare[] conditions);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint filter, int descriptor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name_arch(uint token, string name);

    [LibraryImport(Library)]
    private static partial nint seccomp_syscall_resolve_num_arch(uint token, int number);
}
