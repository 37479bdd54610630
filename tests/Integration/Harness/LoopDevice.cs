// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>A block device with an empty ext4 file system of eight megabytes.</summary>
public sealed class LoopDevice : IDisposable
{
    /// <param name="file">The file with its content.</param>
    public LoopDevice(string file)
    {
        Requires.Program("losetup");
        Requires.Program("mkfs.ext4");
        Requires.That(File.Exists("/dev/loop-control"), "needs loop devices");
        using (FileStream content = File.Create(file)) content.SetLength(8 << 20);
        Command.Run("mkfs.ext4", "-q", file).Ok();
        Result result = Command.Run("losetup", "--find", "--show", file);
        Requires.That(result.ExitCode == 0, $"needs a loop device: {result.Stderr}");
        Path = result.Stdout.Trim();
    }

    public string Path { get; }

    public int Minor => int.Parse(Path["/dev/loop".Length..], System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => Command.Run("losetup", "--detach", Path);
}
