// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.MountFlags;

namespace Runcs.Conformance.Native;

public class LegacyMountsTests
{
    [Fact]
    public void Parameters_become_the_arguments_of_mount_2()
    {
        (string Key, string? Value)[] parameters =
            [("source", "name"), ("ro", null), ("size", "5"), ("mpol", "bind:0,2"), ("inode64", null), ("context", "a:b:c:s0:c1,c2"), ("fscontext", "a:b:c:s0")];
        Assert.Equal(("name", MS_RDONLY | MS_NOSUID | MS_RELATIME, "size=5,mpol=bind:0,2,inode64,context=\"a:b:c:s0:c1,c2\",fscontext=a:b:c:s0"),
            LegacyMounts.Arguments(parameters, MountAttributeFlags.MOUNT_ATTR_NOSUID));
    }
}
