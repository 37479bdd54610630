// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;

namespace Runcs.Rootfs;

/// <summary>The combined meaning of one <c>mounts[].options</c>; later options override earlier ones.</summary>
public sealed class MountOptions
{
    private const MountFlags AtimeFlags = MS_NOATIME | MS_NODIRATIME | MS_RELATIME | MS_STRICTATIME;

    private readonly List<MountParameter> _parameters = [];
    private readonly List<MountFlags> _propagation = [];
    private MountAttributeFlags _treeSet, _treeClear;

    /// <summary>The MS_* flags that are set.</summary>
    public MountFlags Flags { get; private set; }

    /// <summary>The MS_* flags cleared by an option: a bind must distinguish them from unset ones.</summary>
    public MountFlags Cleared { get; private set; }

    public bool CopyUp { get; private set; }

    /// <summary>The mount has mapped ids.</summary>
    public bool IsIdMapped { get; private set; }

    /// <summary>
    /// With <see cref="IsIdMapped"/>, the mappings in the option, as with crun:
    /// <c>uids=0-1-10#10-11-10;gids=0-100-10</c>; else "".
    /// </summary>
    public string IdMappings { get; private set; } = "";

    /// <summary>With <see cref="IsIdMapped"/>, the mounts below it are mapped as well.</summary>
    public bool IsTreeIdMapped { get; private set; }

    /// <summary>Parameters of the file system, in order.</summary>
    public List<MountParameter> Parameters => _parameters;

    /// <summary>Propagation types in order (MS_SLAVE|MS_REC ...).</summary>
    public List<MountFlags> Propagation => _propagation;

    /// <summary>One of them is MS_UNBINDABLE.</summary>
    public bool IsUnbindable { get; private set; }

    /// <summary>For mount_setattr(2) on the whole tree; both 0 without such options.</summary>
    public (MountAttributeFlags Set, MountAttributeFlags Clear) Tree => (_treeSet, _treeClear);

    public bool IsBind => (Flags & MS_BIND) != 0;

    public bool IsRecursive => (Flags & MS_REC) != 0;

    public bool IsReadonly => (Flags & MS_RDONLY) != 0;

    /// <summary>
    /// The attributes of the mount itself. A new mount has exactly these, with relatime by default, as with mount(2).
    /// </summary>
    public MountAttributeFlags Attributes => Restrictions(Flags) | Atime(Flags);

    /// <summary>
    /// The changes of a bind to the mount that it copies: none without such options; otherwise it gets exactly the given
    /// flags, and the others are cleared. The access time mode is kept unless given. This is the behaviour of mount(2)
    /// with MS_BIND|MS_REMOUNT; as with runc, a flag of the file system, which a bind cannot change, counts as such an
    /// option too.
    /// </summary>
    public (MountAttributeFlags Set, MountAttributeFlags Clear) BindChange
    {
        get
        {
            if (((Flags & ~(MS_BIND | MS_REC | MS_REMOUNT)) | Cleared) == 0) return (0, 0);
            MountAttributeFlags set = Restrictions(Flags), clear = AllRestrictions;
            if ((Flags & AtimeFlags) != 0)
            {
                set |= Atime(Flags);
                clear |= MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME;
            }
            return (set, clear | ClearedAtime);
        }
    }

    /// <summary>The attributes cleared by an option.</summary>
    public MountAttributeFlags ClearedAttributes => Restrictions(Cleared) | ClearedAtime;

    /// <summary>An option sets the access time mode of the mount itself.</summary>
    public bool NamesAtime => (Flags & AtimeFlags) != 0 || ClearedAtime != 0;

    // mount(8): "atime" and "nostrictatime" request the kernel's default, which is relatime; they leave relatime
    // unchanged.
    private MountAttributeFlags ClearedAtime =>
        ((Cleared & (MS_NOATIME | MS_STRICTATIME)) != 0 && (Flags & AtimeFlags) == 0 ? MOUNT_ATTR__ATIME : 0)
        | ((Cleared & MS_NODIRATIME) != 0 ? MOUNT_ATTR_NODIRATIME : 0);

    /// <summary>Adds one option.</summary>
    public void Add(string word)
    {
        MountOption option = MountOption.Find(word);
        switch (option.Kind)
        {
            case MountOptionKind.Set:
                Flags |= option.Flags;
                Cleared &= ~option.Flags;
                break;
            case MountOptionKind.Clear:
                Flags &= ~option.Flags;
                Cleared |= option.Flags;
                break;
            case MountOptionKind.SetTree:
                AddTree(option.Attributes, option.Attributes is MOUNT_ATTR_RELATIME or MOUNT_ATTR_NOATIME or MOUNT_ATTR_STRICTATIME ? MOUNT_ATTR__ATIME : 0);
                break;
            case MountOptionKind.ClearTree:
                AddTree(0, option.Attributes);
                break;
            case MountOptionKind.Propagation:
                _propagation.Add(option.Flags);
                IsUnbindable |= (option.Flags & MS_UNBINDABLE) != 0;
                break;
            case MountOptionKind.CopyUp:
                CopyUp = true;
                break;
            case MountOptionKind.IdMap:
                (IsIdMapped, IsTreeIdMapped) = (true, (option.Flags & MS_REC) != 0);
                break;
            case MountOptionKind.FileSystem:
                if (!AddIdMappings(word)) AddParameters(word);
                break;
        }
    }

    private bool AddIdMappings(string word)
    {
        int length = word.StartsWith("idmap=", StringComparison.Ordinal) ? "idmap=".Length : word.StartsWith("ridmap=", StringComparison.Ordinal) ? "ridmap=".Length : 0;
        if (length == 0) return false;
        (IsIdMapped, IsTreeIdMapped, IdMappings) = (true, word[0] == 'r', word[length..]);
        return true;
    }

    /// <summary>Whether the file system gets this parameter.</summary>
    public bool HasParameter(string key)
    {
        foreach (MountParameter parameter in _parameters)
        {
            if (parameter.Key == key) return true;
        }
        return false;
    }

    private void AddTree(MountAttributeFlags set, MountAttributeFlags clear)
    {
        _treeSet = (_treeSet & ~clear) | set;
        _treeClear = (_treeClear & ~set) | clear;
    }

    // One option may hold several parameters: for mount(2) they were joined by commas, and the kernel split them there. A
    // quoted comma (SELinux contexts), an escaped one (overlayfs directories) or one within the nodes of tmpfs(5)'s mpol
    // belongs to the value.
    private void AddParameters(string word)
    {
        int start = 0;
        bool quoted = false;
        for (int i = 0; i <= word.Length; i++)
        {
            if (i < word.Length && word[i] == '"') quoted = !quoted;
            if (i < word.Length && (word[i] != ',' || quoted || IsOfValue(word, start, i))) continue;
            string part = word[start..i];
            start = i + 1;
            if (part.Length == 0) continue;
            int equals = part.IndexOf('=');
            _parameters.Add(equals < 0 ? new(part, null) : new(part[..equals], part[(equals + 1)..]));
        }
    }

    private static bool IsOfValue(string word, int start, int comma) => (comma > 0 && word[comma - 1] == '\\')
        || (comma + 1 < word.Length && char.IsAsciiDigit(word[comma + 1]) && word.AsSpan(start).StartsWith("mpol="));

    private const MountAttributeFlags AllRestrictions =
        MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;

    private static MountAttributeFlags Restrictions(MountFlags flags) =>
        ((flags & MS_RDONLY) != 0 ? MOUNT_ATTR_RDONLY : 0) | ((flags & MS_NOSUID) != 0 ? MOUNT_ATTR_NOSUID : 0)
        | ((flags & MS_NODEV) != 0 ? MOUNT_ATTR_NODEV : 0) | ((flags & MS_NOEXEC) != 0 ? MOUNT_ATTR_NOEXEC : 0)
        | ((flags & MS_NOSYMFOLLOW) != 0 ? MOUNT_ATTR_NOSYMFOLLOW : 0);

    private static MountAttributeFlags Atime(MountFlags flags) =>
        ((flags & MS_NODIRATIME) != 0 ? MOUNT_ATTR_NODIRATIME : 0)
        | ((flags & MS_STRICTATIME) != 0 ? MOUNT_ATTR_STRICTATIME : (flags & MS_NOATIME) != 0 ? MOUNT_ATTR_NOATIME : MOUNT_ATTR_RELATIME);

    /// <summary>The options by name, in the order of the table, for the plan's text.</summary>
    public void Describe(StringBuilder text)
    {
        foreach ((MountFlags flag, string name) in new[]
        {
            (MS_REMOUNT, "remount"), (MS_RDONLY, "ro"), (MS_NOSUID, "nosuid"), (MS_NODEV, "nodev"), (MS_NOEXEC, "noexec"),
            (MS_NOSYMFOLLOW, "nosymfollow"), (MS_NOATIME, "noatime"), (MS_NODIRATIME, "nodiratime"), (MS_RELATIME, "relatime"),
            (MS_STRICTATIME, "strictatime"), (MS_SYNCHRONOUS, "sync"), (MS_DIRSYNC, "dirsync"), (MS_MANDLOCK, "mand"),
            (MS_LAZYTIME, "lazytime"), (MS_I_VERSION, "iversion"), (MS_SILENT, "silent"),
        })
        {
            if ((Flags & flag) != 0) text.Append(' ').Append(name);
            if ((Cleared & flag) != 0) text.Append(" -").Append(name);
        }
        if ((_treeSet | _treeClear) != 0) text.Append($" tree +{(ulong)_treeSet:x} -{(ulong)_treeClear:x}");
        foreach (MountFlags propagation in _propagation) text.Append(' ').Append(MountOption.PropagationName(propagation));
        if (CopyUp) text.Append(" tmpcopyup");
        if (IsIdMapped) text.Append(IsTreeIdMapped ? " ridmap" : " idmap");
        for (int i = 0; i < _parameters.Count; i++)
        {
            text.Append(i == 0 ? ' ' : ',').Append(_parameters[i].Key);
            if (_parameters[i].Value is { } value) text.Append('=').Append(value);
        }
    }
}
