// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Reference;

/// <param name="Purpose">What the commands do, a sentence without its full stop.</param>
internal sealed record Example(string Purpose, params string[] Commands);
