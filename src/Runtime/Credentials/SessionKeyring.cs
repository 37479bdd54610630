// SPDX-License-Identifier: Apache-2.0
// Run by the container's init.
using System;
using System.Buffers.Text;
using Runcs.Native;

namespace Runcs.Credentials;

/// <summary>
/// The container's session keyring (session-keyring(7)). Without one the program would inherit the caller's, and could
/// read its keys. It has runc's name, <c>_ses.ID</c>, so that later processes find it.
/// </summary>
public static class SessionKeyring
{
    // linux/key.h. Search permission makes a keyring findable by name.
    private const uint KEY_USR_SEARCH = 0x00080000, KEY_GRP_SEARCH = 0x00000800, KEY_OTH_SEARCH = 0x00000008;
    private const string Operand = "a new session keyring, which --no-new-keyring leaves out";

    /// <summary>Replaces the caller's keyring by a new one.</summary>
    /// <param name="inUserNamespace">Later processes may have another user id in it, so others get search permission.</param>
    /// <param name="labels">Its SELinux label is the program's.</param>
    /// <param name="proc">As for <see cref="LsmRows.Add"/>.</param>
    /// <exception cref="RuncsException"/>
    public static void Apply(string id, bool inUserNamespace, LsmPlan? labels, Fd? proc)
    {
        if (labels is { SelinuxLabel.Length: > 0 }) Label(labels, proc);
        Errno errno = Keyrings.TryJoinSession("_ses." + id, out int keyring);
        // A kernel without keys, or an outer container's seccomp filter that refuses them: then the program has no keys
        // either.
        if (errno.Value is Errno.ENOSYS or Errno.EPERM) return;
        Check(errno);
        uint permissions = ReadPermissions(keyring);
        // Another process has made a searchable keyring of this name. It is not the container's, and its owner could read
        // the container's keys.
        if ((permissions & (KEY_USR_SEARCH | KEY_GRP_SEARCH | KEY_OTH_SEARCH)) != 0) Check(Keyrings.TryJoinSession(null, out _));
        // The owner's permission covers only the user, not the others (key_task_permission() in the kernel).
        else Check(Keyrings.TrySetPermissions(keyring, permissions | KEY_USR_SEARCH | (inUserNamespace ? KEY_OTH_SEARCH : 0)));
    }

    // The next execve(2) resets it (selinux_bprm_creds_for_exec()).
    private static void Label(LsmPlan labels, Fd? proc)
    {
        Errno errno = proc == null
            ? LsmAttributes.TrySet(LsmAttributes.LSM_ATTR_KEYCREATE, LsmAttributes.Context(LsmAttributes.LSM_ID_SELINUX, labels.SelinuxLabel))
            : Files.TryWriteValueAt(proc.Value, "self/attr/keycreate", labels.SelinuxLabel);
        errno.OrThrow("process.selinuxLabel", "write", "/proc/self/attr/keycreate");
    }

    private static uint ReadPermissions(int keyring)
    {
        const int PermissionsField = 3;
        Span<byte> text = stackalloc byte[512];
        Check(Keyrings.TryDescribe(keyring, text, out int length));
        int field = 0;
        ReadOnlySpan<byte> fields = text[..Math.Min(length, text.Length)];
        foreach (Range range in fields.Split((byte)';'))
        {
            if (field++ == PermissionsField) return Utf8Parser.TryParse(fields[range], out uint permissions, out _, 'x') ? permissions : uint.MaxValue;
        }
        return uint.MaxValue;
    }

    private static void Check(Errno errno)
    {
        errno.OrThrow("keyctl", Operand);
    }
}
