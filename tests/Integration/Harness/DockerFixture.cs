// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>One Docker daemon for all tests that can share it, started by the first: <c>[Collection(DockerFixture.Name)]</c></summary>
public sealed class DockerFixture : IDisposable
{
    public const string Name = "docker";

    private readonly Lazy<Docker> _docker = new(() => new());

    public Docker Docker
    {
        get
        {
            Requires.Root();
            return _docker.Value;
        }
    }

    public void Dispose()
    {
        if (_docker.IsValueCreated) _docker.Value.Dispose();
    }
}
