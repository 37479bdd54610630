// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>A call that was refused, with a code of gRPC.</summary>
internal sealed class TtrpcError(int code, string message) : Exception($"{code}: {message}")
{
    public const int Unknown = 2, InvalidArgument = 3, NotFound = 5, AlreadyExists = 6, ResourceExhausted = 8, FailedPrecondition = 9, Unimplemented = 12;

    public int Code => code;
}
