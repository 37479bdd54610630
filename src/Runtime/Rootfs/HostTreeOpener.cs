// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Rootfs;

/// <summary>
/// open_tree(2) with the host's privileges, and with <paramref name="users"/> mount_setattr(2), which maps the ids of the
/// copy by that user namespace. <paramref name="call"/> names the failed call.
/// </summary>
public delegate Errno HostTreeOpener(string path, OpenTreeFlags flags, Fd? users, bool mapsTree, out Fd? tree, out string call);
