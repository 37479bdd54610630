// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary>
/// Why a command cannot work on a container. The words before the first colon are runc's, which engines match; those after
/// it are for people.
/// </summary>
internal static class ContainerErrors
{
    /// <param name="root">The directory in which it was looked for.</param>
    public static RuncsException DoesNotExist(string root, string id, string leftover = "") => new(Missing(root, id) + leftover) { Kind = FailureKind.NotFound };

    /// <summary>The same for a container that has been deleted meanwhile.</summary>
    public static RuncsException DoesNotExist(string root, string id, Exception cause) => new(Missing(root, id), cause) { Kind = FailureKind.NotFound };

    /// <param name="status">One of <see cref="OciSpec.ContainerStatus"/>.</param>
    public static RuncsException NotRunning(string id, string status) => new($"container not running: \"{id}\" is {status}") { Kind = FailureKind.NotRunning };

    public static RuncsException NotPaused(string root, ContainerRecord record) =>
        new($"container not paused: \"{record.Id}\" is {Container.Status(root, record)}");

    private static string Missing(string root, string id) => $"container does not exist: \"{id}\" below {root}";
}
