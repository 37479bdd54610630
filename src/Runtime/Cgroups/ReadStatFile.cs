// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cgroups;

/// <summary>Reads a file of the container's cgroup.</summary>
/// <param name="controller">The controller that has the file; "" for a file of every cgroup.</param>
/// <param name="file">The file's name.</param>
/// <returns>The text without its final newline; null if the file cannot be read.</returns>
internal delegate string? ReadStatFile(string controller, string file);
