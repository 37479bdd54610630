// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Keeper.Logs;

/// <summary>Takes a record of a log.</summary>
/// <param name="time">Empty in a plain log.</param>
/// <param name="stream">The program's.</param>
/// <param name="text">Without its line end.</param>
/// <param name="endsLine">The line ends behind it.</param>
internal delegate void LogRecordHandler(ReadOnlySpan<byte> time, LogStream stream, ReadOnlySpan<byte> text, bool endsLine);
