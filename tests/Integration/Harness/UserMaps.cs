// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>Containers with a user namespace of their own.</summary>
internal static class UserMaps
{
    /// <summary>The default maps give the container as many ids of the host, from this one on.</summary>
    public const int Host = 100000, Size = 65536;

    public static Container NewContainer()
    {
        Container container = new();
        Add(container);
        return container;
    }

    /// <summary>Adds a user namespace with the default maps.</summary>
    public static void Add(Container container)
    {
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        Set(container, (0, Host, Size));
        // If the default mounts have no directory yet, only the host's root could make one.
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "mnt"));
    }

    /// <summary>Replaces the maps of users and groups.</summary>
    public static void Set(Container container, params (int Inside, int Outside, int Size)[] ranges) =>
        (container.Bundle.Linux["uidMappings"], container.Bundle.Linux["gidMappings"]) = (Of(ranges), Of(ranges));

    /// <summary>A map as config.json has it.</summary>
    public static JsonArray Of(params (int Inside, int Outside, int Size)[] ranges) =>
        new([.. ranges.Select(range => (JsonNode)new JsonObject { ["containerID"] = range.Inside, ["hostID"] = range.Outside, ["size"] = range.Size })]);
}
