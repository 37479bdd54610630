// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Shim.Ttrpc;

/// <summary>The kind of a frame.</summary>
internal enum FrameType : byte
{
    Request = 1,
    Response = 2,
    Data = 3,
}
