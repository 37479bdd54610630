// SPDX-License-Identifier: Apache-2.0
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>Root file systems that are image files.</summary>
public sealed class ShimImageTests : IDisposable
{
    private const string Uids = "uidmap=0:100000:65536", Gids = "gidmap=0:200000:65536";
    private readonly ShimUnderTest _shim = new();
    private string? _onDisk;

    [Theory]
    [InlineData("ro")]
    [InlineData("rw")]
    public void An_image_file_is_mounted_through_a_loop_device(string access)
    {
        Requires.Program("mke2fs");
        Requires.Device("/dev/loop-control");
        ShimTask task = AddReader(out string source);
        string image = task.Path("image");
        Command.Run("mke2fs", "-q", "-t", "ext4", "-d", source, image, "64M").Ok();
        RunFrom(task, new Mount { Type = "ext4", Source = image, Options = { "loop", access, "direct-io" } }, static () => { });
    }

    /// <summary>Of containerd's erofs snapshotter: the kernel reads the file itself (Linux 6.12), or through a loop device.</summary>
    [Theory]
    [InlineData("ro")]
    [InlineData("ro", Uids, Gids)]
    [InlineData("ro", "loop")]
    [InlineData("ro", "loop", Uids, Gids)]
    public void An_erofs_image_is_mounted(params string[] options)
    {
        bool isLoop = options.Contains("loop");
        RequireErofs(isLoop);
        ShimTask task = AddReader(out string source);
        string image = ImageOf(task, isLoop);
        Command.Run("mkfs.erofs", image, source).Ok();
        RunFrom(task, new Mount { Type = "erofs", Source = image, Options = { options } }, () =>
        {
            Assert.Contains(" erofs ro", string.Join('\n', File.ReadLines("/proc/mounts").Where(line => line.Contains(task.Bundle.Rootfs, StringComparison.Ordinal))), StringComparison.Ordinal);
            Assert.Equal(options.Contains(Uids) ? "100000 200000" : "0 0", ShimRootfs.Owner($"{task.Bundle.Rootfs}/inside"));
        });
    }

    [Theory]
    [InlineData("ro")]
    [InlineData("ro", "loop")]
    public void A_file_that_is_no_image_leaves_nothing(params string[] options)
    {
        bool isLoop = options.Contains("loop");
        RequireErofs(isLoop);
        ShimTask task = ShimRootfs.Add(_shim, "true");
        string image = ImageOf(task, isLoop);
        File.WriteAllBytes(image, new byte[1 << 20]);
        TtrpcError error = Assert.Throws<TtrpcError>(() => task.Create(request => request.Rootfs.Add(new Mount { Type = "erofs", Source = image, Options = { options } })));
        Assert.Contains("rootfs[0]: mount(2) on ", error.Message, StringComparison.Ordinal);
        Assert.Contains("(EINVAL)", error.Message, StringComparison.Ordinal);
        Eventually.True(() => LoopDevices(image).Length == 0, "the loop device has ended");
        ShimRootfs.NothingLeft(task);
    }

    public void Dispose()
    {
        _shim.Dispose();
        if (_onDisk != null) Scratch.Remove(_onDisk);
    }

    private ShimTask AddReader(out string source)
    {
        ShimTask task = ShimRootfs.Add(_shim, "exec cat /inside");
        source = task.Path("source");
        File.WriteAllText(Path.Combine(source, "inside"), "of the image\n");
        return task;
    }

    private static void RunFrom(ShimTask task, Mount mount, Action check)
    {
        FifoReader output = task.Read("out");
        task.Up(request =>
        {
            request.Stdout = task.Path("out");
            request.Rootfs.Add(mount);
        });
        check();
        Assert.Equal(0, task.Wait());
        Assert.Equal(mount.Options.Contains("loop") ? 1 : 0, LoopDevices(mount.Source).Length);
        task.Delete();
        Assert.Equal("of the image\n", output.Text);
        Eventually.True(() => LoopDevices(mount.Source).Length == 0, "the loop device has ended");
        ShimRootfs.NothingLeft(task);
    }

    // Without a loop device the file system of the image must read its pages one by one (erofs_fc_get_tree() in the kernel: ENOTBLK).
    private string ImageOf(ShimTask task, bool isLoop)
    {
        const string Other = "/var/tmp";
        if (isLoop || ReadsPages(task.Bundle.Directory)) return task.Path("image");
        Requires.That(ReadsPages(Other), "needs a directory on a file system that is neither tmpfs nor overlayfs");
        _onDisk = Directory.CreateDirectory(Path.Combine(Other, $"runcs-test-image-{Environment.ProcessId}-{task.Id}")).FullName;
        return Path.Combine(_onDisk, "image");
    }

    private static bool ReadsPages(string directory) =>
        Command.Run("stat", "--file-system", "--format", "%T", directory).Ok().Stdout.Trim() is not ("tmpfs" or "overlayfs");

    private static void RequireErofs(bool isLoop)
    {
        Requires.Program("mkfs.erofs");
        if (!HasErofs()) Command.Run("modprobe", "erofs");
        Requires.That(HasErofs(), "needs a kernel with erofs");
        if (isLoop) Requires.Device("/dev/loop-control");
        else Requires.Kernel(6, 12);
    }

    private static bool HasErofs() => File.ReadLines("/proc/filesystems").Contains("\terofs");

    private static string[] LoopDevices(string image) =>
        [.. Directory.GetDirectories("/sys/block", "loop*").Where(device => File.Exists($"{device}/loop/backing_file") && File.ReadAllText($"{device}/loop/backing_file").Trim() == image)];
}
