// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>The commands of fsconfig(2).</summary>
public enum FsConfigCommand : uint
{
    FSCONFIG_SET_FLAG = 0,
    FSCONFIG_SET_STRING = 1,
    FSCONFIG_SET_FD = 5,
    FSCONFIG_CMD_CREATE = 6,
}
