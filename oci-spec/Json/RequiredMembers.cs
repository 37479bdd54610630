// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec.Json;

/// <summary>
/// The members that config.md and config-linux.md call REQUIRED and whose absence is invisible after reading: numbers and
/// Booleans, which are then 0 and false, as in Go's reference types. The planner checks the values that must not be
/// empty.
/// </summary>
internal static class RequiredMembers
{
    /// <param name="pattern">An object's path with <c>[]</c> for any element.</param>
    public static ReadOnlySpan<string> Of(string pattern) => pattern switch
    {
        "process.consoleSize" => (string[])["height", "width"],
        "process.user" => (string[])["uid", "gid"],
        "process.rlimits[]" => (string[])["soft", "hard"],
        "process.ioPriority" => (string[])["priority"],
        "mounts[].uidMappings[]" or "mounts[].gidMappings[]" or "linux.uidMappings[]" or "linux.gidMappings[]" =>
            (string[])["containerID", "hostID", "size"],
        "linux.resources.devices[]" => (string[])["allow"],
        "linux.resources.blockIO.weightDevice[]" => (string[])["major", "minor"],
        "linux.resources.blockIO.throttleReadBpsDevice[]" or "linux.resources.blockIO.throttleWriteBpsDevice[]"
            or "linux.resources.blockIO.throttleReadIOPSDevice[]" or "linux.resources.blockIO.throttleWriteIOPSDevice[]" =>
            (string[])["major", "minor", "rate"],
        "linux.resources.hugepageLimits[]" => (string[])["limit"],
        "linux.resources.network.priorities[]" => (string[])["priority"],
        "linux.seccomp.syscalls[].args[]" => (string[])["index", "value"],
        _ => [],
    };
}
