// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>One value of one block device, a member of runc's types.BlkioStatEntry.</summary>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
/// <param name="Op"><c>Read</c>, <c>Write</c> and so on; "" if the file does not separate operations.</param>
/// <param name="Value">Bytes, operations or nanoseconds, as the file counts.</param>
internal readonly record struct DeviceStat(ulong Major, ulong Minor, string Op, ulong Value);
