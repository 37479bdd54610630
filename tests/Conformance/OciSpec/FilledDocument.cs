// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Runcs.Conformance.OciSpec;

/// <summary>
/// Documents in which every property of every type has a distinct value, made by reflection over the types, so that a
/// property missing in a reader or writer is found. JSON names are the camel-cased names of properties.
/// </summary>
internal static class FilledDocument
{
    public static readonly JsonSerializerOptions Oracle = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static T Create<T>()
    {
        int count = 0;
        return (T)Value(typeof(T), ref count);
    }

    private static object Value(Type type, ref int count)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        count++;
        if (type == typeof(string))
            return "text " + count;
        if (type == typeof(bool))
            return true;
        if (type.IsPrimitive)
            return Convert.ChangeType(count, type);
        if (type.IsArray)
        {
            Array array = Array.CreateInstance(type.GetElementType()!, 2);
            for (int at = 0; at < array.Length; at++)
                array.SetValue(Value(type.GetElementType()!, ref count), at);
            return array;
        }
        object result = Activator.CreateInstance(type)!;
        if (result is IDictionary map)
        {
            map["key." + count] = Value(type.GetGenericArguments()[1], ref count);
            return map;
        }
        foreach (PropertyInfo property in type.GetProperties())
            property.SetValue(result, Value(property.PropertyType, ref count));
        return result;
    }
}
