// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>One containerd with our shim for the tests of a class.</summary>
public sealed class ContainerdShimFixture : IDisposable
{
    private readonly Lazy<Containerd> _containerd = new(() => new(usesShim: true));

    public Containerd Containerd
    {
        get
        {
            Requires.Root();
            return _containerd.Value;
        }
    }

    public void Dispose()
    {
        if (_containerd.IsValueCreated) _containerd.Value.Dispose();
    }
}
