// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Podman that knows the runtime under test as crun, by a link, configured as in docs/engines.md.</summary>
public sealed class PodmanAsCrun : Podman
{
    public PodmanAsCrun()
        : base(directory => Snippet.Of("podman-crun", executable: Link(directory), installed: "/usr/local/bin/crun"))
    {
    }

    private static string Link(string directory)
    {
        string link = System.IO.Path.Combine(directory, "crun");
        File.CreateSymbolicLink(link, RuntimeUnderTest.Executable);
        return link;
    }
}
