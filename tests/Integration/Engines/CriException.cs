// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>An error of the engine: the gRPC code (https://grpc.io/docs/guides/status-codes) and its message.</summary>
public sealed class CriException(int code, string message) : Exception($"{message} (gRPC {code})")
{
    public const int DeadlineExceeded = 4, Unavailable = 14;

    public int Code { get; } = code;
}
