// SPDX-License-Identifier: Apache-2.0
// Run by the exec stage, as root of the container's user namespace.
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Credentials;

/// <summary>The rows by which a further process joins the container's session keyring; see <see cref="SessionKeyring"/>.</summary>
public static class KeyringRows
{
    // The kernel returns the whole text or none; an id has at most 255 characters.
    private const int DescriptionSize = 512;

    // The beginning of keyctl_describe(3)'s text for a keyring owned by root.
    private const string OfRoot = "keyring;0;";

    public static void Add(StageTable table, string id)
    {
        const int EDOM = 33, WordSize = 4;
        int join = table.Next;
        ulong keyring = table.Zeroes(8), description = table.Zeroes(DescriptionSize);
        // As in SessionKeyring.Apply: a kernel without keys, or an outer seccomp filter that denies them to the program
        // as well.
        table.Call((ushort)StageStep.Keyring, SYS_keyctl, Keyrings.KEYCTL_JOIN_SESSION_KEYRING, table.String("_ses." + id))
            .Tolerating(Errno.ENOSYS, Errno.EPERM).KeepAt(keyring);
        int describe = table.Next + 1;
        table.Load(keyring, StageTable.ArgumentAddress(describe, 1));
        table.Call((ushort)StageStep.Keyring, SYS_keyctl, Keyrings.KEYCTL_DESCRIBE, 0, description, DescriptionSize);
        // Any process of the user namespace may have made a searchable keyring with this name; it could then read keys of
        // the program.
        int check = table.Next;
        for (int at = 0; at < OfRoot.Length; at += WordSize)
        {
            string word = OfRoot[at..System.Math.Min(at + WordSize, OfRoot.Length)];
            uint value = 0;
            for (int i = 0; i < word.Length; i++) value |= (uint)word[i] << (8 * i);
            table.Expect((ushort)StageStep.Keyring, description + (ulong)at, uint.MaxValue >> (8 * (WordSize - word.Length)), value, EDOM).Tolerating(EDOM);
        }
        int last = table.Next - 1;
        int leave = table.Next;
        table.Call((ushort)StageStep.Keyring, SYS_keyctl, Keyrings.KEYCTL_JOIN_SESSION_KEYRING, 0);
        for (int row = check; row <= last; row++) table.OnError(row, leave);
        table.OnZero(last, table.Next);
        table.OnError(join, table.Next);
    }
}
