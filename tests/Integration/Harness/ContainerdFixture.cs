// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// One containerd for all tests that can share it, started by the first: <c>[Collection(ContainerdFixture.Name)]</c>
/// </summary>
public sealed class ContainerdFixture : IDisposable
{
    public const string Name = "containerd";

    private readonly Lazy<Containerd> _containerd = new(() => new());

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
