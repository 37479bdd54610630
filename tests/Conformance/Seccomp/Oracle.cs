// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;
using Runcs.Seccomp;

namespace Runcs.Conformance.Seccomp;

/// <summary>One profile compiled by us and by libseccomp, for architectures of one byte order.</summary>
internal sealed class Oracle
{
    private const uint Unknown = 0x50026;

    private readonly LinuxSeccomp _profile;
    private readonly Architecture[] _architectures;
    private readonly FilterMachine _ours, _theirs;
    private readonly bool _bigEndian, _newerAreUnknown;

    public Oracle(LinuxSeccomp profile, string[] architectures)
    {
        _architectures = [.. architectures.Select(name => Architecture.Find(name)!.Value)];
        _bigEndian = (_architectures[0].Audit & 0x40000000) == 0;
        uint[] tokens = [.. _architectures.Select(Token)];
        // Names unknown to the library cannot be compared; nor can rules that it considers contradictory.
        _profile = With(profile, [.. profile.Syscalls.Select(Known).Where(entry => entry.Names.Length > 0 && !IsTooMuch(entry))]);
        for (HashSet<LinuxSyscall> refused = [null!]; refused.Count > 0;)
        {
            refused = [];
            Libseccomp.Compile(_profile, tokens, 1, refused);
            _profile = With(_profile, [.. _profile.Syscalls.Where(entry => !refused.Contains(entry))]);
        }
        ulong[] theirs = Libseccomp.Compile(_profile, tokens, 1), optimized = Libseccomp.Compile(_profile, tokens, 2);
        _theirs = new FilterMachine(theirs, _bigEndian);
        (TheirLength, Optimized) = (Math.Min(theirs.Length, optimized.Length), new FilterMachine(optimized, _bigEndian));
        ulong[] ours = Compile(_profile, _architectures, out _newerAreUnknown);
        Length = ours.Length;
        _ours = new FilterMachine(ours);
    }

    public static IReadOnlyList<string> KnownNames { get; } =
        [.. Enumerable.Range(0, SyscallTable.Count).Select(i => System.Text.Encoding.ASCII.GetString(SyscallTable.Name(i)))];

    public int Length { get; }

    public int TheirLength { get; }

    public int Steps => _ours.Steps;

    public int TheirSteps => Optimized.Steps;

    private FilterMachine Optimized { get; }

    /// <summary>Whether this machine's library supports the architecture.</summary>
    public static bool Knows(string architecture)
    {
        try
        {
            return Libseccomp.Resolve(Token(Architecture.Find(architecture)!.Value), "read") >= 0;
        }
        catch (DllNotFoundException)
        {
            return true;
        }
    }

    public static uint Token(Architecture architecture) => architecture.IsX32 ? Libseccomp.X32Token : architecture.Audit;

    public static ulong[] Compile(LinuxSeccomp seccomp, IReadOnlyList<Architecture> architectures, out bool newerAreUnknown)
    {
        var problems = new List<string>();
        uint otherwise = SeccompPlanner.ReadAction(seccomp.DefaultAction, seccomp.DefaultErrnoRet, "", "", "", problems);
        var profile = new FilterProfile
        {
            Default = otherwise,
            Architectures = [.. architectures],
            NewerCallsAreUnknown = newerAreUnknown = !SeccompAction.LetsThrough(otherwise),
        };
        SeccompPlanner.ReadRules(seccomp.Syscalls, profile, problems, []);
        var conflicts = new List<(int Entry, int Other)>();
        ulong[] program = FilterCompiler.Compile(profile, conflicts)!;
        problems.RemoveAll(problem => problem.Contains("write", StringComparison.Ordinal));
        Assert.Empty(problems);
        Assert.Empty(conflicts);
        return program;
    }

    public void Compare()
    {
        foreach (Architecture architecture in _architectures)
        {
            HashSet<uint> newer = [], largest = [0];
            var edges = new Dictionary<uint, List<ulong>>();
            foreach (LinuxSyscall entry in _profile.Syscalls)
                foreach (string name in entry.Names)
                    Account(architecture, entry, name, newer, largest, edges);
            foreach (uint number in Numbers(architecture))
            {
                if (newer.Contains(number) || IsOfAnother(architecture, number)) continue;
                foreach (ulong[] arguments in Arguments(edges.GetValueOrDefault(number)))
                    Compare(new CallData(number, architecture.Audit, arguments), architecture, largest.Max());
            }
        }
        foreach (uint foreign in (uint[])[0, 0xffffffff, 0xc000003f])
            Assert.Equal(_theirs.Run(new CallData(1, foreign, new ulong[6])), _ours.Run(new CallData(1, foreign, new ulong[6])));
    }

    // x86-64 and x32 differ in one bit of the number.
    private bool IsOfAnother(Architecture architecture, uint number) =>
        architecture.Audit == Architecture.X86_64 && _architectures.Any(other => other.IsX32) && number >= Architecture.X32Bit != architecture.IsX32;

    private void Compare(CallData data, Architecture architecture, uint largest)
    {
        uint expected = _theirs.Run(data), got = _ours.Run(data);
        if (Optimized != _theirs) Optimized.Run(data);
        bool x32Number = data.Number >= Architecture.X32Bit;
        // runc's code before libseccomp's program.
        bool cut = _newerAreUnknown && largest > architecture.NumberOffset
            && (architecture.Audit != Architecture.X86_64 || x32Number == architecture.IsX32);
        if (cut && data.Number > largest) expected = Unknown;
        if (cut && architecture.Audit is Architecture.S390 or Architecture.S390X && data.Number == 0) expected = Unknown;
        if (expected != got)
            Assert.Fail($"{architecture.Name} {data.Number} (0x{string.Join(" 0x", data.Arguments.Select(argument => argument.ToString("x")))}): 0x{got:x}, libseccomp 0x{expected:x}\n{Rules(architecture, data.Number)}");
    }

    private static LinuxSeccomp With(LinuxSeccomp profile, LinuxSyscall[] entries) =>
        new() { DefaultAction = profile.DefaultAction, DefaultErrnoRet = profile.DefaultErrnoRet, Syscalls = entries };

    // libseccomp 2.5 loses a multiplexed call with an unconditional rule if it also has conditional ones, on 64 bits.
    private bool IsTooMuch(LinuxSyscall entry) =>
        entry.Args.Length > 0 && _architectures.Any(architecture => architecture.Wide && architecture.Multiplexed) && entry.Names.Any(name => Multiplexer.Of(name).Call != null);

    private static LinuxSyscall Known(LinuxSyscall entry) => new()
    {
        Names = [.. entry.Names.Where(Libseccomp.KnowsBothWays)],
        Action = entry.Action,
        ErrnoRet = entry.ErrnoRet,
        Args = entry.Args,
    };

    // For one name in one rule: the number if the library lacks it, whether it is the largest, and the values to try.
    private static void Account(Architecture architecture, LinuxSyscall entry, string name, HashSet<uint> newer, HashSet<uint> largest, Dictionary<uint, List<ulong>> edges)
    {
        int number = SyscallTable.Number(SyscallTable.Find(name), architecture.Column);
        if (architecture.Multiplexed && Multiplexer.Of(name).Call is { } call)
            AddEdges(edges, SyscallTable.Absolute(SyscallTable.Number(SyscallTable.Find(call), architecture.Column), architecture.NumberOffset), entry, Multiplexer.Of(name).Operation);
        int theirs = Libseccomp.Resolve(Token(architecture), name);
        if (theirs >= 0 && (number == SyscallTable.None || SyscallTable.Absolute(number, architecture.NumberOffset) != theirs)) newer.Add((uint)theirs);
        if (number == SyscallTable.None) return;
        uint absolute = SyscallTable.Absolute(number, architecture.NumberOffset);
        if (theirs < 0 && !(architecture.Multiplexed && Multiplexer.Of(name).Call != null)) newer.Add(absolute);
        largest.Add(absolute);
        AddEdges(edges, absolute, entry, 0);
    }

    private static void AddEdges(Dictionary<uint, List<ulong>> edges, uint number, LinuxSyscall entry, ulong operation)
    {
        if (entry.Args.Length == 0 && operation == 0) return;
        if (!edges.TryGetValue(number, out List<ulong>? values)) edges[number] = values = [0, 1, uint.MaxValue, 1UL << 32, 1UL << 63, ulong.MaxValue];
        if (operation != 0) values.AddRange([operation, operation | 1UL << 32]);
        foreach (LinuxSeccompArg arg in entry.Args)
        {
            ulong masked = arg.Value & arg.ValueTwo;
            values.AddRange([arg.Value, arg.Value - 1, arg.Value + 1, arg.Value ^ 1UL << 32, arg.ValueTwo, arg.ValueTwo | ~arg.Value, masked, masked ^ 1, (uint)arg.Value]);
        }
    }

    private static IEnumerable<uint> Numbers(Architecture architecture)
    {
        for (uint number = 0; number < 620; number++) yield return number + architecture.NumberOffset;
        for (uint number = 0xf0000; number < 0xf0010; number++) yield return number;
        foreach (uint number in (uint[])[1023, 1024, 4000, 5000, 6000, 0x3fffffff, 0x40000000, 0x40000001, 0x7fffffff, 0x80000000, 0xfffffffe])
            yield return number;
        // For x86-64 with x32, runc returns ENOSYS here; a skipped call (seccomp(2)) is not an x32 call.
        if (architecture.Audit != Architecture.X86_64) yield return 0xffffffff;
    }

    private static IEnumerable<ulong[]> Arguments(List<ulong>? edges)
    {
        yield return new ulong[6];
        if (edges == null)
        {
            yield return [1, ulong.MaxValue, 1UL << 32, 5, 6, 7];
            yield break;
        }
        ulong[] values = [.. edges.Distinct()];
        foreach (ulong value in values)
        {
            yield return [value, value, value, value, value, value];
            for (int i = 0; i < 6; i++)
            {
                var one = new ulong[6];
                one[i] = value;
                yield return one;
            }
        }
        var random = new Random(values.Length);
        for (int i = 0; i < 100; i++)
            yield return [.. Enumerable.Range(0, 6).Select(_ => values[random.Next(values.Length)])];
    }

    private string Rules(Architecture architecture, uint number) => string.Join('\n', _profile.Syscalls
        .Where(entry => entry.Names.Any(name => architecture.Multiplexed && Multiplexer.Of(name).Call != null || SyscallTable.Number(SyscallTable.Find(name), architecture.Column) is var at && at != SyscallTable.None
            && SyscallTable.Absolute(at, architecture.NumberOffset) == number))
        .Select(entry => $"{string.Join(' ', entry.Names)} {entry.Action} {string.Join(' ', entry.Args.Select(arg => $"[{arg.Index} {arg.Op} 0x{arg.Value:x} 0x{arg.ValueTwo:x}]"))}"));
}
