// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Images that Docker builds with the runtime under test, without a network, and their containers.</summary>
[OnAnyRuntime]
[Collection(DockerFixture.Name)]
public sealed class DockerImageTests(DockerFixture fixture)
{
    private readonly Docker _docker = fixture.Docker;

    [Fact]
    public void An_image_is_built_in_layers()
    {
        string context = Directory.CreateDirectory(_docker.Path("context")).FullName;
        Command.Run("/bin/sh", "-c", $"tar -C '{_docker.Path("busybox")}' -cf '{context}/rootfs.tar' .").Ok();
        File.WriteAllText(Path.Combine(context, "Dockerfile"), """
            FROM scratch
            ADD rootfs.tar /
            ENV GREETING=hello
            RUN echo "$GREETING from a build" > /built && rm -r /home && mkdir -p /srv/app && chown 1000:1000 /srv/app
            RUN cat /built >> /built2 && test ! -e /home && setsid true
            WORKDIR /srv/app
            USER user
            VOLUME /data
            ENTRYPOINT ["/bin/sh", "-c"]
            CMD ["cat /built2; id -u; pwd; touch file; ls; echo $GREETING; ls -d /home /data"]

            """);
        _docker.Run("build", "--network", "none", "--tag", "built", context);
        Result result = _docker.Try("run", "--rm", "--network", "none", "built");
        Assert.Equal("hello from a build\n1000\n/srv/app\nfile\nhello\n/data\n", result.Stdout);
        Assert.Equal("ls: /home: No such file or directory\n", result.Stderr);
    }

    [Fact]
    public void A_build_ends_with_the_error_of_its_step()
    {
        string context = Directory.CreateDirectory(_docker.Path("failing")).FullName;
        File.WriteAllText(Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN exit 23\n");
        Assert.Contains("returned a non-zero code: 23", _docker.Try("build", "--network", "none", "--force-rm", context).Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Containers_have_layers_of_their_own_over_the_image()
    {
        string driver = _docker.Run("info", "--format", "{{.Driver}}").Stdout.TrimEnd();
        using DockerContainer first = _docker.Up([], "sleep", "1000");
        using DockerContainer second = _docker.Up([], "sleep", "1000");
        first.Exec("sh", "-c", "echo changed > /etc/passwd; rm /etc/group").Ok();
        Assert.Contains("root", second.Exec("cat", "/etc/passwd", "/etc/group").Ok().Stdout, StringComparison.Ordinal);
        Assert.Equal(["C /etc", "C /etc/passwd", "D /etc/group"], first.Do("diff").Stdout.TrimEnd('\n').Split('\n').Order());
        if (driver == "overlay2") Assert.StartsWith("overlay / ", first.Exec("grep", " / ", "/proc/mounts").Ok().Stdout, StringComparison.Ordinal);
    }
}
