// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>An image of the machine's busybox, made without a network: an archive in the image specification's layout.</summary>
public static class OciImage
{
    /// <summary>Writes the archive, for <c>ctr images import</c> and <c>podman load</c>.</summary>
    /// <param name="name">The whole name, such as docker.io/library/busybox:latest.</param>
    /// <param name="path">The path of the archive.</param>
    /// <param name="program">The image's program, if not a shell.</param>
    public static void Write(string name, string path, params string[] program)
    {
        byte[] layer = Layer();
        byte[] config = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["Env"] = new JsonArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
                ["Cmd"] = new JsonArray([.. (program.Length > 0 ? program : ["/bin/sh"]).Select(word => (JsonNode)word)]),
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        }.ToJsonString());
        byte[] manifest = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
        }.ToJsonString());
        JsonObject entry = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = name, ["org.opencontainers.image.ref.name"] = name };
        byte[] index = Encoding.UTF8.GetBytes(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) }.ToJsonString());

        using FileStream file = File.Create(path);
        using TarWriter tar = new(file);
        Add(tar, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray());
        Add(tar, "index.json", index);
        foreach (byte[] blob in (byte[][])[layer, config, manifest])
            Add(tar, Digest(blob).Replace("sha256:", "blobs/sha256/", StringComparison.Ordinal), blob);
    }

    // The names of busybox are links here, not the hard links of Rootfs.
    private static byte[] Layer()
    {
        using MemoryStream stream = new();
        using (TarWriter tar = new(stream))
        {
            foreach (string directory in (string[])["bin", "dev", "etc", "home", "home/user", "proc", "root", "run", "sys", "tmp", "var"])
                tar.WriteEntry(new PaxTarEntry(TarEntryType.Directory, directory + "/") { Mode = directory == "tmp" ? (UnixFileMode)0b1_111_111_111 : (UnixFileMode)0b111_101_101 });
            using FileStream busybox = File.OpenRead("/bin/busybox");
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = (UnixFileMode)0b111_101_101, DataStream = busybox });
            foreach (string applet in Rootfs.Applets)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
            Add(tar, "etc/passwd", Encoding.UTF8.GetBytes(Rootfs.Passwd));
            Add(tar, "etc/group", Encoding.UTF8.GetBytes(Rootfs.Group));
        }
        return stream.ToArray();
    }

    private static void Add(TarWriter tar, string name, byte[] content) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0b110_100_100, DataStream = new MemoryStream(content) });

    private static JsonObject Descriptor(string mediaType, byte[] blob) => new() { ["mediaType"] = mediaType, ["digest"] = Digest(blob), ["size"] = blob.Length };

    private static string Digest(byte[] blob) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));
}
