// SPDX-License-Identifier: Apache-2.0
using Runcs.Integration.Cri;

namespace Runcs.Integration;

/// <summary>containerd's Kubernetes plugin with our shim, and options in a file.</summary>
public sealed class CriShimOptionsTests : IClassFixture<CriShimOptionsTests.Engine>
{
    private readonly Engine _engine;

    public CriShimOptionsTests(Engine engine)
    {
        CriEngine.Require();
        _engine = engine;
    }

    [Fact]
    public void A_pod_has_one_process_of_the_shim_and_the_options_of_the_file()
    {
        using Pod pod = _engine.RunPod();
        string first = pod.Up("first", "exec sleep 1000"), second = pod.Up("second", "exec sleep 1000");
        Assert.Equal("in\n", pod.Shell(first, "echo in"));
        Assert.Equal("in\n", pod.Shell(second, "echo in"));
        Assert.Equal([RuntimeUnderTest.Executable], _engine.ShimPrograms());
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(Engine.Root, "k8s.io")).Length);
        pod.Stop(first, timeout: 0);
        pod.Remove(first);
        pod.Stop(second, timeout: 0);
        pod.Remove(second);
        pod.Remove();
        Eventually.True(() => !_engine.ShimPrograms().Any(), "the shim ends");
    }

    /// <summary>containerd with that file in its configuration.</summary>
    public sealed class Engine() : CriEngine(Snippet.Of("kubernetes-shim-options", installed: "/etc/containerd/runcs.toml", executable: Write()), usesShim: true)
    {
        private static readonly string _directory = Scratch.NewDirectory("cri-shim");

        public static string Root => System.IO.Path.Combine(_directory, "root");

        private static string Write()
        {
            string path = System.IO.Path.Combine(_directory, "runcs.toml");
            File.WriteAllText(path, $"SystemdCgroup = false\nRoot = \"{Root}\"\n");
            return path;
        }

        public override void Dispose()
        {
            base.Dispose();
            Scratch.Remove(_directory);
            GC.SuppressFinalize(this);
        }
    }
}
