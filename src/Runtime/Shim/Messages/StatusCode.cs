// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Shim.Messages;

/// <summary>How a call has ended (Code of google.rpc). containerd turns a code into an error of its own by which callers decide.</summary>
internal enum StatusCode
{
    Ok = 0,
    Canceled = 1,
    Unknown = 2,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    OutOfRange = 11,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    DataLoss = 15,
    Unauthenticated = 16,
}
