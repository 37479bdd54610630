// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Shim.Streams;

/// <summary>The standard streams that a client wants for a process: paths or URIs, "" for none.</summary>
internal readonly record struct StdioRequest(string Input, string Output, string Error, bool Terminal);
