// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Keeper.Logs;

namespace Runcs.Keeper.Streams;

/// <summary>Takes output of the program.</summary>
internal delegate void OutputHandler(LogStream stream, ReadOnlySpan<byte> data);
