// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Keeper.Logs;

internal enum LogDriver
{
    /// <summary>Each line with its time and stream: the format of the Kubernetes CRI, by the name that Podman gives it.</summary>
    K8sFile,

    /// <summary>The bytes of both streams as they come.</summary>
    Plain,

    None,
}
