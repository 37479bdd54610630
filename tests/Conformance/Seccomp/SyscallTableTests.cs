// SPDX-License-Identifier: Apache-2.0
using Runcs.Seccomp;

namespace Runcs.Conformance.Seccomp;

public class SyscallTableTests
{
    // The version for the snapshot of newer names: Debian 12's.
    private const string LibraryOfSnapshot = "2.5.4";

    // Errors of libseccomp 2.5: the kernel's 64-bit table has no _llseek (arch/parisc/kernel/syscalls/syscall.tbl).
    private static readonly string[] _theirMistakes = ["PARISC64 _llseek"];

    [Fact]
    public void Every_name_is_found_at_its_place()
    {
        for (int i = 0; i < SyscallTable.Count; i++) Assert.Equal(i, SyscallTable.Find(System.Text.Encoding.ASCII.GetString(SyscallTable.Name(i))));
        foreach (string unknown in (string[])["", "rea", "readx", "READ", "no_such_call", "\u0100"]) Assert.Equal(-1, SyscallTable.Find(unknown));
    }

    [Fact]
    public void Numbers_are_those_of_libseccomp()
    {
        Libseccomp.Require();
        var different = new List<string>();
        foreach (string name in Libseccomp.Names(Known().Select(known => (Oracle.Token(known), known.NumberOffset))))
        {
            int index = SyscallTable.Find(name);
            if (index < 0) different.Add($"{name} is missing");
            else different.AddRange(Known().Where(known => !IsSame(known, name, index) && !_theirMistakes.Contains($"{known.Name} {name}")).Select(known => $"{known.Name} {name}: {Ours(known, index)}, libseccomp {Libseccomp.Resolve(Oracle.Token(known), name)}"));
        }
        Assert.Equal("", string.Join('\n', different));
    }

    [Fact]
    public void Names_and_numbers_newer_than_libseccomps_are_listed()
    {
        Libseccomp.Require();
        Assert.SkipUnless(Libseccomp.Version == LibraryOfSnapshot, $"the list goes with libseccomp {LibraryOfSnapshot}, this is {Libseccomp.Version}");
        var lines = new List<string>();
        foreach (string name in Oracle.KnownNames)
        {
            int index = SyscallTable.Find(name);
            if (Libseccomp.Resolve(Libseccomp.NativeToken, name) == -1) lines.Add(name);
            else if (Known().Where(known => Ours(known, index) >= 0 && IsPseudo(known, name)).Select(known => known.Name).ToArray() is { Length: > 0 } newer)
                lines.Add($"{name} on {string.Join(' ', newer)}");
        }
        Snapshot.Verify(string.Join('\n', lines));
    }

    private static IEnumerable<Architecture> Known() => Architecture.Names.Where(Oracle.Knows).Select(name => Architecture.Find(name)!.Value);

    private static bool IsMultiplexed(Architecture architecture, string name) => architecture.Multiplexed && Multiplexer.Of(name).Call != null;

    // A negative number stands for a call that the architecture lacks, or has only through a multiplexer.
    private static bool IsPseudo(Architecture architecture, string name) => !IsMultiplexed(architecture, name) && Libseccomp.Resolve(Oracle.Token(architecture), name) < 0;

    private static bool IsSame(Architecture architecture, string name, int index) =>
        IsMultiplexed(architecture, name) || IsPseudo(architecture, name) || Ours(architecture, index) == Libseccomp.Resolve(Oracle.Token(architecture), name);

    private static int Ours(Architecture architecture, int index)
    {
        int number = SyscallTable.Number(index, architecture.Column);
        return number == SyscallTable.None ? -1 : (int)SyscallTable.Absolute(number, architecture.NumberOffset);
    }
}
