// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec.Json;

/// <summary>A type that is read from a JSON object and written as one.</summary>
/// <remarks>A class and not an interface: calls go through the vtable, so the first call costs no more than later ones.</remarks>
public abstract class DocumentObject : WritableObject
{
    private protected DocumentObject()
    {
    }

    /// <summary>Reads the current member of <paramref name="reader"/>; skips a name that the type does not have.</summary>
    internal abstract void ReadMember(ref DocumentReader reader);
}
