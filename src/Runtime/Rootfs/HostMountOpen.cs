// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Rootfs;

/// <summary>
/// Opens a detached copy of a host mount with the host's privileges: open_tree(2), and with <paramref name="users"/>
/// mount_setattr(2), which gives the copy the id mappings of that user namespace. <paramref name="call"/> is the one that failed.
/// </summary>
/// <param name="path">Of the mount.</param>
/// <param name="copy">A copy that the caller has made itself, of which only the ids are mapped; null for the mount at the path.</param>
/// <param name="recursive">Maps the mounts below it too.</param>
public delegate Errno HostMountOpen(string path, Fd? copy, OpenTreeFlags flags, Fd? users, bool recursive, out Fd? mount, out string call);
