// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Diagnostics;

/// <summary>What is reported of an exception that ends a command or an operation.</summary>
public static class FailureReason
{
    public static string Of(Exception failure) => failure switch
    {
        RuncsException or OciDocumentException => failure.Message,
        OutOfMemoryException => "runcs exceeded its own memory limit (256 MiB, or RLIMIT_DATA)",
        _ => $"error in runcs itself, please report it: {failure.GetType().Name}: {failure.Message}",
    };
}
